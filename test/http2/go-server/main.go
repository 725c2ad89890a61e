// An HTTP/2 server on Go's net/http for tests, without TLS and with it. It answers GET /counts on a port of its own with
// the requests by path, the bytes of their bodies and the connections; POST /restart there replaces the servers of both
// ports gracefully: each open connection gets GOAWAY, and the ports accept connections all the time.
package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// counts has the requests and the bytes of their bodies by path, and the connections of both ports.
type counts struct {
	mutex       sync.Mutex
	Requests    map[string]int `json:"requests"`
	Bytes       map[string]int `json:"bytes"`
	Connections int            `json:"connections"`
}

func (c *counts) add(path string, bytes int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.Bytes[path] += bytes
}

// body reads the body of a request and counts it.
type body struct {
	io.Reader
	counts *counts
	path   string
}

func (b *body) Read(into []byte) (int, error) {
	bytes, err := b.Reader.Read(into)
	b.counts.add(b.path, bytes)
	return bytes, err
}

func number(request *http.Request, name string) int {
	value, _ := strconv.Atoi(request.URL.Query().Get(name))
	return value
}

// numbers repeats the decimal numbers from 0, up to the largest body.
var numbers = func() string {
	var text strings.Builder
	for n := 0; text.Len() < 8_000_000; n++ {
		fmt.Fprintf(&text, "%d ", n)
	}
	return text.String()
}()

// content is a body of a size whose bytes show their place.
func content(bytes int) string { return numbers[:bytes] }

// flush sends what was written so far.
func flush(response http.ResponseWriter) {
	if err := http.NewResponseController(response).Flush(); err != nil {
		log.Print(err)
	}
}

// hash reads the request and answers with its digest. pause is the time between two reads of 16 KiB.
func hash(response http.ResponseWriter, from io.Reader, pause time.Duration) {
	digest := sha256.New()
	for {
		_, err := io.CopyN(digest, from, 16*1024)
		if err == io.EOF {
			break
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		time.Sleep(pause)
	}
	io.WriteString(response, hex.EncodeToString(digest.Sum(nil)))
}

func routes(c *counts) http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, answer func(response http.ResponseWriter, request *http.Request, from io.Reader)) {
		mux.HandleFunc(path, func(response http.ResponseWriter, request *http.Request) {
			if request.ProtoMajor != 2 {
				http.Error(response, "HTTP/2 only", http.StatusHTTPVersionNotSupported)
				return
			}
			c.mutex.Lock()
			c.Requests[path]++
			c.mutex.Unlock()
			response.Header().Set("content-type", "text/plain")
			answer(response, request, &body{request.Body, c, path})
		})
	}
	// The body comes back as it arrives, and its digest in a trailer.
	handle("/echo", func(response http.ResponseWriter, request *http.Request, from io.Reader) {
		response.Header().Set("trailer", "x-digest")
		digest := sha256.New()
		if _, err := io.Copy(io.MultiWriter(response, digest), from); err != nil {
			panic(http.ErrAbortHandler)
		}
		response.Header().Set("x-digest", hex.EncodeToString(digest.Sum(nil)))
	})
	handle("/content", func(response http.ResponseWriter, request *http.Request, _ io.Reader) {
		io.WriteString(response, content(number(request, "bytes")))
	})
	handle("/hash", func(response http.ResponseWriter, _ *http.Request, from io.Reader) { hash(response, from, 0) })
	handle("/slow", func(response http.ResponseWriter, _ *http.Request, from io.Reader) {
		hash(response, from, 2*time.Millisecond)
	})
	handle("/headers", func(response http.ResponseWriter, request *http.Request, _ io.Reader) {
		for n := range number(request, "count") {
			response.Header().Set(fmt.Sprintf("x-%d", n), fmt.Sprintf("value-%d-%s", n, strings.Repeat("v", n%50)))
		}
		io.WriteString(response, request.URL.Query().Get("n"))
	})
	handle("/hints", func(response http.ResponseWriter, request *http.Request, _ io.Reader) {
		for range number(request, "count") {
			response.WriteHeader(http.StatusEarlyHints)
		}
		io.WriteString(response, "after hints")
	})
	// The stream is reset before its headers, or within its body.
	handle("/reset", func(http.ResponseWriter, *http.Request, io.Reader) { panic(http.ErrAbortHandler) })
	handle("/cut", func(response http.ResponseWriter, _ *http.Request, _ io.Reader) {
		io.WriteString(response, content(1000))
		flush(response)
		panic(http.ErrAbortHandler)
	})
	// The response comes before the request was read.
	handle("/early", func(response http.ResponseWriter, _ *http.Request, _ io.Reader) {
		http.Error(response, "too large", http.StatusRequestEntityTooLarge)
	})
	// The connection gets GOAWAY with this response.
	handle("/last", func(response http.ResponseWriter, request *http.Request, _ io.Reader) {
		response.Header().Set("connection", "close")
		io.WriteString(response, request.URL.Query().Get("n"))
	})
	return mux
}

// port accepts connections for the server that is its current one.
type port struct {
	net.Listener
	mutex   sync.Mutex
	current *server
}

// server is an HTTP server, and the listener that gives it the connections of a port.
type server struct {
	http.Server
	connections chan net.Conn
	closed      chan struct{}
	once        sync.Once
	address     net.Addr
}

func (s *server) Accept() (net.Conn, error) {
	select {
	case connection := <-s.connections:
		return connection, nil
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

func (s *server) Addr() net.Addr { return s.address }

// Close ends the listener, not the server.
func (s *server) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// replace starts a server and ends the one before it gracefully.
func (p *port) replace(c *counts, streams int, certificates *tls.Config) {
	next := &server{connections: make(chan net.Conn), closed: make(chan struct{}), address: p.Addr()}
	next.Handler = routes(c)
	next.Protocols = new(http.Protocols)
	next.Protocols.SetHTTP2(true)
	next.Protocols.SetUnencryptedHTTP2(true)
	next.TLSConfig = certificates.Clone()
	next.HTTP2 = &http.HTTP2Config{
		MaxConcurrentStreams:          streams,
		MaxReceiveBufferPerConnection: 64 * 1024,
		MaxReceiveBufferPerStream:     64 * 1024,
	}
	go func() {
		if certificates == nil {
			log.Print(next.Serve(next))
		} else {
			log.Print(next.ServeTLS(next, "", ""))
		}
	}()
	p.mutex.Lock()
	last := p.current
	p.current = next
	p.mutex.Unlock()
	if last != nil {
		go func() { log.Print(last.Shutdown(context.Background())) }()
	}
}

// accept gives each connection to the current server.
func (p *port) accept(c *counts) {
	for {
		connection, err := p.Accept()
		if err != nil {
			log.Fatal(err)
		}
		c.mutex.Lock()
		c.Connections++
		c.mutex.Unlock()
		p.mutex.Lock()
		current := p.current
		p.mutex.Unlock()
		select {
		case current.connections <- connection:
		case <-current.closed:
			p.mutex.Lock()
			current = p.current
			p.mutex.Unlock()
			current.connections <- connection
		}
	}
}

func listen(address string) *port {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	return &port{Listener: listener}
}

func main() {
	address := flag.String("listen", "127.0.0.1:0", "address without TLS")
	secureAddress := flag.String("listen-tls", "127.0.0.1:0", "address with TLS")
	countsAddress := flag.String("counts", "127.0.0.1:0", "address of /counts and /restart")
	streams := flag.Int("streams", 100, "concurrent streams of a connection")
	certificate := flag.String("cert", "", "certificate file")
	key := flag.String("key", "", "key file")
	flag.Parse()
	pair, err := tls.LoadX509KeyPair(*certificate, *key)
	if err != nil {
		log.Fatal(err)
	}
	c := &counts{Requests: map[string]int{}, Bytes: map[string]int{}}
	plain, secure := listen(*address), listen(*secureAddress)
	restart := func() {
		plain.replace(c, *streams, nil)
		secure.replace(c, *streams, &tls.Config{Certificates: []tls.Certificate{pair}})
	}
	restart()
	go plain.accept(c)
	go secure.accept(c)
	control := http.NewServeMux()
	control.HandleFunc("/counts", func(response http.ResponseWriter, _ *http.Request) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		response.Header().Set("content-type", "application/json")
		if err := json.NewEncoder(response).Encode(c); err != nil {
			log.Print(err)
		}
	})
	control.HandleFunc("POST /restart", func(http.ResponseWriter, *http.Request) { restart() })
	log.Fatal(http.ListenAndServe(*countsAddress, control))
}
