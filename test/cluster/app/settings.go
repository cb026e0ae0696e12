package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Settings are what the app does. Names, limits and defaults are those of the rehearsal's own app; what it does not have
// is below the line.
type Settings struct {
	// Target is what an answer's body starts with.
	Target string
	// Answer is what a request may change for itself.
	Answer Answer
	// Startup is the time until it listens.
	Startup time.Duration
	// Shutdown is how long it goes on after SIGTERM when it has nothing to do.
	Shutdown time.Duration

	// MemoryMB is taken at the start and held.
	MemoryMB int
	// Mode is what it does with SIGTERM.
	Mode Mode
	Port int
}

// Answer is how one request is answered.
type Answer struct {
	Delay  time.Duration
	Status int
	Bytes  int
}

// Mode is a way to end.
type Mode string

const (
	// Finish takes no new connections and finishes what it has.
	Finish Mode = "finish"
	// Refuse answers new requests with 503 while it finishes what it has.
	Refuse Mode = "refuse"
	// Cut ends at once, in the middle of its answers.
	Cut Mode = "cut"
	// Ignore goes on as before, until it is killed.
	Ignore Mode = "ignore"
)

var modes = []Mode{Finish, Refuse, Cut, Ignore}

const mostMilliseconds = 600_000

// readSettings collects every wrong variable into one error.
func readSettings(env func(string) string) (Settings, error) {
	var wrong []string
	number := func(name string, standard, least, most int) int {
		value, err := whole(env(name), standard, least, most)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v", name, err))
		}
		return value
	}
	settings := Settings{
		Target: or(env("TARGET"), "world"),
		Answer: Answer{
			Delay:  milliseconds(number("ANSWER_MS", 0, 0, mostMilliseconds)),
			Status: number("ANSWER_STATUS", 200, 200, 599),
			Bytes:  number("ANSWER_BYTES", 0, 0, 1<<30),
		},
		Startup:  milliseconds(number("STARTUP_MS", 500, 0, mostMilliseconds)),
		Shutdown: milliseconds(number("SHUTDOWN_MS", 100, 0, mostMilliseconds)),
		MemoryMB: number("MEMORY_MB", 0, 0, 65_536),
		Mode:     Mode(or(env("SHUTDOWN_MODE"), string(Finish))),
		Port:     number("PORT", 8080, 1, 65_535),
	}
	known := false
	for _, mode := range modes {
		known = known || mode == settings.Mode
	}
	if !known {
		wrong = append(wrong, fmt.Sprintf("SHUTDOWN_MODE: %q is none of %v", settings.Mode, modes))
	}
	if len(wrong) > 0 {
		return settings, fmt.Errorf("wrong variables: %s", strings.Join(wrong, "; "))
	}
	return settings, nil
}

// forRequest is the answer as a request wants it: `?ANSWER_MS=200` or the header `Answer-Ms: 200`, and so on.
func (a Answer) forRequest(r *http.Request) (Answer, error) {
	var first error
	query := r.URL.Query()
	number := func(name string, standard, least, most int) int {
		text := or(query.Get(name), r.Header.Get(strings.ReplaceAll(name, "_", "-")))
		value, err := whole(text, standard, least, most)
		if err != nil && first == nil {
			first = fmt.Errorf("%s: %w", name, err)
		}
		return value
	}
	return Answer{
		Delay:  milliseconds(number("ANSWER_MS", int(a.Delay.Milliseconds()), 0, mostMilliseconds)),
		Status: number("ANSWER_STATUS", a.Status, 200, 599),
		Bytes:  number("ANSWER_BYTES", a.Bytes, 0, 1<<30),
	}, first
}

func whole(text string, standard, least, most int) (int, error) {
	if text == "" {
		return standard, nil
	}
	value, err := strconv.ParseUint(text, 10, 31)
	if err != nil || int(value) < least || int(value) > most {
		return standard, fmt.Errorf("%q is not a whole number from %d to %d", text, least, most)
	}
	return int(value), nil
}

func or(text, standard string) string {
	if text == "" {
		return standard
	}
	return text
}

func milliseconds(number int) time.Duration { return time.Duration(number) * time.Millisecond }
