package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func start(t *testing.T, env map[string]string) (*App, *httptest.Server) {
	t.Helper()
	settings, err := readSettings(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	app := &App{settings: settings, identity: Identity{"shop", "cart-00001", "cart-00001-x"}}
	server := httptest.NewUnstartedServer(app)
	server.Config.Protocols = protocols()
	server.Start()
	t.Cleanup(server.Close)
	return app, server
}

func get(t *testing.T, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "cart.shop.example.com"
	for index := 0; index+1 < len(headers); index += 2 {
		request.Header.Set(headers[index], headers[index+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// What an answer looks like is the rehearsal's: the suite for both clusters reads it.
func TestAnswersAsTheRehearsalDoes(t *testing.T) {
	_, server := start(t, map[string]string{"TARGET": "hello"})
	response, body := get(t, server.URL)
	if body != "hello cart-00001 cart.shop.example.com\n" {
		t.Errorf("body %q", body)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/plain; charset=utf-8", "X-Served-By": "shop/cart-00001 cart-00001-x",
		"Content-Length": "39", "X-Concurrency": "1",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if response, body := get(t, server.URL, "User-Agent", "kube-probe/1.35"); response.StatusCode != 200 || body != "" {
		t.Errorf("a check is answered %d %q", response.StatusCode, body)
	}
}

func TestKnobs(t *testing.T) {
	_, server := start(t, map[string]string{"ANSWER_STATUS": "503", "ANSWER_BYTES": "200000", "ANSWER_MS": "60"})
	began := time.Now()
	response, body := get(t, server.URL)
	if response.StatusCode != 503 || len(body) != 200_000 || time.Since(began) < 60*time.Millisecond {
		t.Errorf("%d, %d bytes after %s", response.StatusCode, len(body), time.Since(began))
	}
	// A request has its own, by query or header.
	response, body = get(t, server.URL+"/?ANSWER_STATUS=201&ANSWER_BYTES=0", "Answer-Ms", "0")
	if response.StatusCode != 201 || !strings.HasPrefix(body, "world ") || len(body) > 100 {
		t.Errorf("%d %.40q", response.StatusCode, body)
	}
	if response, _ := get(t, server.URL+"/?ANSWER_STATUS=teapot"); response.StatusCode != 400 {
		t.Errorf("a wrong knob is answered with %d", response.StatusCode)
	}
}

func TestWrongVariablesAreAllNamed(t *testing.T) {
	env := map[string]string{"ANSWER_MS": "1.5", "ANSWER_STATUS": "600", "SHUTDOWN_MODE": "later", "MEMORY_MB": "-1"}
	_, err := readSettings(func(name string) string { return env[name] })
	for name := range env {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
}

func TestFinishWaitsForWhatIsInside(t *testing.T) {
	app, server := start(t, map[string]string{"SHUTDOWN_MS": "0"})
	answered := make(chan int, 1)
	go func() {
		response, _ := get(t, server.URL+"/?ANSWER_MS=200")
		answered <- response.StatusCode
	}()
	until(t, func() bool { return app.counts.Inside.Load() == 1 })
	app.finish(server.Config)
	if inside := app.counts.Inside.Load(); inside != 0 {
		t.Errorf("%d are cut", inside)
	}
	if got := <-answered; got != 200 {
		t.Errorf("answered with %d", got)
	}
}

func TestRefuseAnswersUnavailable(t *testing.T) {
	app, server := start(t, map[string]string{"SHUTDOWN_MODE": "refuse"})
	app.ending.Store(true)
	if response, _ := get(t, server.URL); response.StatusCode != 503 || app.counts.Refused.Load() != 1 {
		t.Errorf("answered with %d", response.StatusCode)
	}
}

func TestAbandonedIsCounted(t *testing.T) {
	app, server := start(t, nil)
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(connection, "GET /?ANSWER_MS=60000 HTTP/1.1\r\nHost: x\r\n\r\n")
	until(t, func() bool { return app.counts.Inside.Load() == 1 })
	connection.Close()
	until(t, func() bool { return app.counts.Abandoned.Load() == 1 })
}

func TestEchoOverHTTP2(t *testing.T) {
	_, server := start(t, nil)
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	response, err := (&http.Client{Transport: transport}).Get(server.URL + "/echo?a=b")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var echo Echo
	if err := json.NewDecoder(response.Body).Decode(&echo); err != nil {
		t.Fatal(err)
	}
	if echo.Protocol != "HTTP/2.0" || echo.URL != "/echo?a=b" || echo.Revision != "cart-00001" {
		t.Errorf("%+v", echo)
	}
}

func TestStreamComesPieceByPiece(t *testing.T) {
	_, server := start(t, nil)
	response, err := http.Get(server.URL + "/stream?chunks=2&every=600000")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	// The second piece is ten minutes away.
	if line, err := bufio.NewReader(response.Body).ReadString('\n'); line != "1\n" || err != nil {
		t.Errorf("%q %v", line, err)
	}
}

func TestWebSocketEchoes(t *testing.T) {
	_, server := start(t, nil)
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(10 * time.Second))
	// Key and answer are RFC 6455's own example.
	io.WriteString(connection, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, nil)
	if err != nil || response.Header.Get("Sec-Websocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("%v %v", response, err)
	}
	for _, size := range []int{5, 300, 70_000} {
		message := bytes.Repeat([]byte("x"), size)
		connection.Write(masked(0x81, message))
		var want bytes.Buffer
		writeFrame(&want, 0x81, message)
		got := make([]byte, want.Len())
		if _, err := io.ReadFull(reader, got); err != nil || !slices.Equal(got, want.Bytes()) {
			t.Fatalf("%d bytes do not come back: %v", size, err)
		}
	}
	connection.Write(masked(0x80|opClose, nil))
	if end, _ := io.ReadAll(reader); !slices.Equal(end, []byte{0x80 | opClose, 0}) {
		t.Errorf("the end is %v", end)
	}
}

// masked is a frame as a client sends it; a mask of zeros leaves the message as it is.
func masked(first byte, message []byte) []byte {
	var plain bytes.Buffer
	writeFrame(&plain, first, message)
	head := plain.Bytes()[:plain.Len()-len(message)]
	head[1] |= 0x80
	return slices.Concat(head, []byte{0, 0, 0, 0}, message)
}

func until(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never came to that")
		}
	}
}
