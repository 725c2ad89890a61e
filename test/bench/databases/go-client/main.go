// A loop on Go's driver for MongoDB, for the bench: each goroutine sends one request after the other, over a connection of its
// own. It prints how many were answered.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

func main() {
	url := flag.String("url", "", "of the server")
	database := flag.String("database", "", "with the documents")
	connections := flag.Int("connections", 10, "")
	seconds := flag.Float64("seconds", 5, "")
	inserts := flag.Bool("insert", false, "inserts documents, instead of finding them")
	documents := flag.Int("documents", 100, "that can be found, with the _id k1 and so on")
	flag.Parse()

	ctx := context.Background()
	limit := uint64(*connections)
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(*url).SetMaxPoolSize(limit).SetMinPoolSize(limit))
	if err != nil {
		log.Fatal(err)
	}
	found := client.Database(*database).Collection("documents")
	inserted := client.Database(*database).Collection("inserted")
	text := strings.Repeat("x", 100)
	request := func() error {
		if *inserts {
			_, err := inserted.InsertOne(ctx, bson.D{{Key: "text", Value: text}})
			return err
		}
		id := fmt.Sprintf("k%d", 1+rand.Intn(*documents))
		return found.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Err()
	}

	var answered atomic.Int64
	var workers sync.WaitGroup
	end := time.Now().Add(time.Duration(*seconds * float64(time.Second)))
	for range *connections {
		workers.Go(func() {
			for time.Now().Before(end) {
				if err := request(); err != nil {
					log.Fatal(err)
				}
				answered.Add(1)
			}
		})
	}
	workers.Wait()
	fmt.Println(answered.Load())
}
