// keeper is the first process of a set of namespaces: it holds them open, collects processes that lost their parent, and
// takes everything with it when it ends. Without arguments it is the first process of a pod. With a folder it runs a
// cluster's parts too: each NAME.json there holds {"command": [...], "log": "file"}. The folder is read at the start and at every
// SIGHUP: a new part is started, one whose file has gone is stopped. A part that ends by itself is started
// again after a second. NAME.state says how it is: its process, its starts, how it ended the last time, and how many times in a
// row it has ended soon after its start.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	pause = time.Second
	soon  = 10 * time.Second
)

type part struct {
	Command []string `json:"command"`
	Log     string   `json:"log"`
	pid     int
	starts  int
	last    string
	began   time.Time
	quick   int
}

type keeper struct {
	folder string
	parts  map[string]*part
	again  chan string
}

func main() {
	signals := make(chan os.Signal, 64)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGCHLD)
	k := &keeper{parts: map[string]*part{}, again: make(chan string, 64)}
	if len(os.Args) > 1 {
		k.folder = os.Args[1]
		k.read()
	}
	for {
		select {
		case name := <-k.again:
			if p := k.parts[name]; p != nil && p.pid == 0 {
				k.start(name, p)
			}
		case s := <-signals:
			switch s {
			case syscall.SIGCHLD:
				k.collect()
			case syscall.SIGHUP:
				k.read()
			default:
				return
			}
		}
	}
}

func (k *keeper) read() {
	if k.folder == "" {
		return
	}
	files, _ := filepath.Glob(filepath.Join(k.folder, "*.json"))
	found := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		found[name] = true
		if k.parts[name] != nil {
			continue
		}
		p := &part{}
		if text, err := os.ReadFile(file); err != nil || json.Unmarshal(text, p) != nil || len(p.Command) == 0 {
			fmt.Fprintf(os.Stderr, "keeper: %s cannot be read\n", file)
			continue
		}
		k.parts[name] = p
		k.start(name, p)
	}
	for name, p := range k.parts {
		if !found[name] {
			delete(k.parts, name)
			os.Remove(filepath.Join(k.folder, name+".state"))
			if p.pid > 0 {
				syscall.Kill(p.pid, syscall.SIGTERM)
			}
		}
	}
}

func (k *keeper) start(name string, p *part) {
	p.starts++
	p.began = time.Now()
	if err := p.run(); err != nil {
		p.last = err.Error()
		p.quick++
		k.later(name)
	}
	k.tell(name, p)
}

func (p *part) run() error {
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer nothing.Close()
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	process, err := os.StartProcess(p.Command[0], p.Command, &os.ProcAttr{
		Files: []*os.File{nothing, log, log},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return err
	}
	p.pid = process.Pid
	// Collected with all the others, below.
	return process.Release()
}

func (k *keeper) collect() {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		for name, p := range k.parts {
			if p.pid != pid {
				continue
			}
			p.pid = 0
			if p.quick++; time.Since(p.began) > soon {
				p.quick = 0
			}
			if p.last = fmt.Sprintf("exit %d", status.ExitStatus()); status.Signaled() {
				p.last = status.Signal().String()
			}
			k.tell(name, p)
			k.later(name)
		}
	}
}

func (k *keeper) later(name string) {
	time.AfterFunc(pause, func() { k.again <- name })
}

func (k *keeper) tell(name string, p *part) {
	text, _ := json.Marshal(map[string]any{"pid": p.pid, "starts": p.starts, "last": p.last, "quick": p.quick})
	file := filepath.Join(k.folder, name+".state")
	if os.WriteFile(file+".new", text, 0o644) == nil {
		os.Rename(file+".new", file)
	}
}
