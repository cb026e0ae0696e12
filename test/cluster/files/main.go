// A container that tells what it sees: files that were mounted, and who listens beside it. For the tests of services.
package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "write":
		return os.WriteFile(args[1], []byte(args[2]), 0o644)
	case len(args) == 2 && args[0] == "serve":
		http.HandleFunc("/file", file)
		http.HandleFunc("/beside", beside)
		return http.ListenAndServe(":"+args[1], nil)
	default:
		return errors.New("write <path> <text>, or serve <port>")
	}
}

// file answers with a file's content, and its permission bits in a header.
func file(w http.ResponseWriter, r *http.Request) {
	path := r.FormValue("path")
	info, err := os.Stat(path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	content, err := os.ReadFile(path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	w.Header().Set("X-Mode", fmt.Sprintf("%#o", info.Mode().Perm()))
	_, _ = w.Write(content)
}

// beside passes on what the listener at a port of the same pod answers.
func beside(w http.ResponseWriter, r *http.Request) {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get("http://127.0.0.1:" + r.FormValue("port") + r.FormValue("path"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}
