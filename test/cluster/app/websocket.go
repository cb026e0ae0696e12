package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
)

const (
	// acceptGUID is the one of RFC 6455.
	acceptGUID  = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	mostMessage = 1 << 20

	opClose = 8
	opPing  = 9
	opPong  = 10
)

// webSocket sends every message back, until the client closes. Messages in several frames come back as they came.
func (a *App) webSocket(w http.ResponseWriter, r *http.Request) bool {
	digest := sha1.Sum([]byte(r.Header.Get("Sec-Websocket-Key") + acceptGUID))
	connection, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "this protocol has no upgrade", http.StatusNotImplemented)
		return true
	}
	defer connection.Close()
	_, err = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"X-Served-By: "+a.identity.Namespace+"/"+a.identity.Revision+" "+a.identity.Pod+"\r\n"+
		"Sec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(digest[:])+"\r\n\r\n")
	for err == nil {
		var first byte
		var message []byte
		first, message, err = readFrame(buffered.Reader)
		if err != nil {
			break
		}
		if first&0x0f == opPing {
			first = first&0xf0 | opPong
		}
		err = writeFrame(connection, first, message)
		if first&0x0f == opClose {
			return err == nil
		}
	}
	return false
}

func readFrame(r *bufio.Reader) (first byte, message []byte, err error) {
	var head [2]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	length := uint64(head[1] & 0x7f)
	switch length {
	case 126:
		var size [2]byte
		_, err = io.ReadFull(r, size[:])
		length = uint64(binary.BigEndian.Uint16(size[:]))
	case 127:
		var size [8]byte
		_, err = io.ReadFull(r, size[:])
		length = binary.BigEndian.Uint64(size[:])
	}
	if err != nil {
		return 0, nil, err
	}
	if head[1]&0x80 == 0 || length > mostMessage {
		return 0, nil, errors.New("a frame without a mask, or too long")
	}
	var mask [4]byte
	if _, err = io.ReadFull(r, mask[:]); err != nil {
		return 0, nil, err
	}
	message = make([]byte, length)
	if _, err = io.ReadFull(r, message); err != nil {
		return 0, nil, err
	}
	for index := range message {
		message[index] ^= mask[index%4]
	}
	return head[0], message, nil
}

func writeFrame(w io.Writer, first byte, message []byte) error {
	frame := []byte{first}
	switch length := len(message); {
	case length < 126:
		frame = append(frame, byte(length))
	case length < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 126), uint16(length))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 127), uint64(length))
	}
	_, err := w.Write(append(frame, message...))
	return err
}
