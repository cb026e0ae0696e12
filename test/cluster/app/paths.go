package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Echo is what `/echo` says of a request as it arrived.
type Echo struct {
	Identity
	Method   string      `json:"method"`
	Host     string      `json:"host"`
	URL      string      `json:"url"`
	Protocol string      `json:"protocol"`
	Headers  http.Header `json:"headers"`
	// Bytes are the body's, which is read to its end.
	Bytes int64 `json:"bytes"`
	// Env holds what Knative tells a container, where it does.
	Env map[string]string `json:"env"`
}

var told = []string{"PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION"}

func (a *App) echo(w http.ResponseWriter, r *http.Request) bool {
	bytes, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		return false
	}
	env := map[string]string{}
	for _, name := range told {
		if value, set := os.LookupEnv(name); set {
			env[name] = value
		}
	}
	a.sign(w)
	return writeJSON(w, Echo{a.identity, r.Method, r.Host, r.URL.String(), r.Proto, r.Header, bytes, env})
}

// abort closes the connection without an answer.
func abort() bool {
	panic(http.ErrAbortHandler)
}

func (a *App) report(w http.ResponseWriter) bool {
	a.sign(w)
	return writeJSON(w, a.counts.snapshot())
}

// stream sends `?chunks=` lines, one `?every=` milliseconds, and each at once: 5 and 100 unless told otherwise.
func (a *App) stream(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	chunks, err := whole(query.Get("chunks"), 5, 1, 100_000)
	every, wrong := whole(query.Get("every"), 100, 0, mostMilliseconds)
	if err != nil || wrong != nil {
		http.Error(w, "chunks and every are whole numbers", http.StatusBadRequest)
		return true
	}
	a.sign(w)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	flusher := http.NewResponseController(w)
	for chunk := range chunks {
		if chunk > 0 && !wait(r, time.Duration(every)*time.Millisecond) {
			return false
		}
		if _, err := fmt.Fprintf(w, "%d\n", chunk+1); err != nil {
			return false
		}
		if err := flusher.Flush(); err != nil {
			return false
		}
	}
	return true
}

// Numbers are the counts at one time.
type Numbers struct {
	Answered  int64 `json:"answered"`
	Abandoned int64 `json:"abandoned"`
	Refused   int64 `json:"refused"`
	Inside    int64 `json:"inside"`
}

func (c *Counts) snapshot() Numbers {
	return Numbers{c.Answered.Load(), c.Abandoned.Load(), c.Refused.Load(), c.Inside.Load()}
}

func writeJSON(w http.ResponseWriter, value any) bool {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(value) == nil
}
