// A gRPC server of Google's own implementation for tests: the service of its interoperability tests, with reflection and
// health checks. It answers GET /counts on a second port with the number of calls and received messages by method.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net"
	"net/http"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/interop"
	testpb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/reflection"
)

// counts has the number of calls and of received messages by method.
type counts struct {
	mutex    sync.Mutex
	Calls    map[string]int `json:"calls"`
	Messages map[string]int `json:"messages"`
}

func (c *counts) add(to map[string]int, method string) {
	c.mutex.Lock()
	to[method]++
	c.mutex.Unlock()
}

func (c *counts) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	c.add(c.Calls, info.FullMethod)
	return handle(ctx, request)
}

func (c *counts) stream(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	c.add(c.Calls, info.FullMethod)
	return handle(server, &countedStream{stream, c, info.FullMethod})
}

// countedStream counts the messages that a stream receives.
type countedStream struct {
	grpc.ServerStream
	counts *counts
	method string
}

func (s *countedStream) RecvMsg(message any) error {
	err := s.ServerStream.RecvMsg(message)
	if err == nil {
		s.counts.add(s.counts.Messages, s.method)
	}
	return err
}

func (c *counts) ServeHTTP(response http.ResponseWriter, _ *http.Request) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	response.Header().Set("content-type", "application/json")
	if err := json.NewEncoder(response).Encode(c); err != nil {
		log.Print(err)
	}
}

func main() {
	address := flag.String("listen", "127.0.0.1:50051", "address of the services")
	countsAddress := flag.String("counts", "127.0.0.1:0", "address of GET /counts")
	flag.Parse()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	c := &counts{Calls: map[string]int{}, Messages: map[string]int{}}
	server := grpc.NewServer(grpc.UnaryInterceptor(c.unary), grpc.StreamInterceptor(c.stream))
	testpb.RegisterTestServiceServer(server, interop.NewTestServer())
	healthpb.RegisterHealthServer(server, health.NewServer())
	reflection.Register(server)
	go func() { log.Fatal(http.ListenAndServe(*countsAddress, c)) }()
	log.Fatal(server.Serve(listener))
}
