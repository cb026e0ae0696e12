package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Identity is who answers: a revision's pod.
type Identity struct {
	Namespace string `json:"namespace"`
	Revision  string `json:"revision"`
	Pod       string `json:"pod"`
}

// Counts only grow, but Inside.
type Counts struct {
	Answered atomic.Int64
	// Abandoned requests' clients went away before their answer.
	Abandoned atomic.Int64
	Refused   atomic.Int64
	Inside    atomic.Int64
}

// App answers as its settings say.
type App struct {
	settings Settings
	identity Identity
	counts   Counts
	ending   atomic.Bool
}

const chunkBytes = 65_536

var padding = bytes.Repeat([]byte("."), chunkBytes)

func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Checks are no requests: they do not count, and are not kept waiting.
	if strings.HasPrefix(r.UserAgent(), "kube-probe/") {
		w.Header().Set("Content-Length", "0")
		return
	}
	if a.ending.Load() && a.settings.Mode == Refuse {
		a.counts.Refused.Add(1)
		http.Error(w, "shutting down", http.StatusServiceUnavailable)
		return
	}
	a.counts.Inside.Add(1)
	defer a.counts.Inside.Add(-1)
	if a.route(w, r) {
		a.counts.Answered.Add(1)
	} else {
		a.counts.Abandoned.Add(1)
	}
}

// route gives false when the client went away.
func (a *App) route(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
		return a.webSocket(w, r)
	case r.URL.Path == "/echo":
		return a.echo(w, r)
	case r.URL.Path == "/abort":
		return abort()
	case r.URL.Path == "/stream":
		return a.stream(w, r)
	case r.URL.Path == "/counts":
		return a.report(w)
	default:
		return a.answer(w, r)
	}
}

// answer begins when the delay is over and the request's body has been read.
func (a *App) answer(w http.ResponseWriter, r *http.Request) bool {
	wanted, err := a.settings.Answer.forRequest(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return true
	}
	arrived := time.Now()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return false
	}
	if !wait(r, wanted.Delay-time.Since(arrived)) {
		return false
	}
	text := fmt.Sprintf("%s %s %s\n", a.settings.Target, a.identity.Revision, r.Host)
	size := max(len(text), wanted.Bytes)
	a.sign(w)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if wanted.Status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(size))
	}
	w.WriteHeader(wanted.Status)
	if r.Method == http.MethodHead || wanted.Status == http.StatusNoContent || wanted.Status == http.StatusNotModified {
		return r.Context().Err() == nil
	}
	if _, err := io.WriteString(w, text); err != nil {
		return false
	}
	for left := size - len(text); left > 0; left -= chunkBytes {
		if _, err := w.Write(padding[:min(left, chunkBytes)]); err != nil {
			return false
		}
	}
	return r.Context().Err() == nil
}

// sign says who answers, and how many requests it had at that time.
func (a *App) sign(w http.ResponseWriter) {
	w.Header().Set("X-Served-By", fmt.Sprintf("%s/%s %s", a.identity.Namespace, a.identity.Revision, a.identity.Pod))
	w.Header().Set("X-Concurrency", strconv.FormatInt(a.counts.Inside.Load(), 10))
}

// wait gives false when the client went away meanwhile.
func wait(r *http.Request, delay time.Duration) bool {
	if delay <= 0 {
		return r.Context().Err() == nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
