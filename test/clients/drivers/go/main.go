// franz-go behind the drivers' common command line; see README.md in the folder above.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// []byte is base64 in Go's JSON, and a nil slice is null: just what the drivers exchange.
type record struct {
	Partition *int32      `json:"partition,omitempty"`
	Offset    int64       `json:"offset"`
	Key       []byte      `json:"key"`
	Value     []byte      `json:"value"`
	Headers   [][2]string `json:"headers"`
	Timestamp int64       `json:"timestamp"`
}

func emit(event any) {
	line, err := json.Marshal(event)
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func view(r *kgo.Record) record {
	headers := [][2]string{}
	for _, h := range r.Headers {
		encoded, _ := json.Marshal(h.Value)
		var text string
		_ = json.Unmarshal(encoded, &text)
		headers = append(headers, [2]string{h.Key, text})
	}
	return record{&r.Partition, r.Offset, r.Key, r.Value, headers, r.Timestamp.UnixMilli()}
}

func client(bootstrap string, opts ...kgo.Opt) *kgo.Client {
	c, err := kgo.NewClient(append(opts, kgo.SeedBrokers(bootstrap), kgo.ClientID("driver-franz-go"))...)
	check(err)
	return c
}

func produce(bootstrap, topic, codec string, idempotent bool) {
	codecs := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
		"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}
	var records []*kgo.Record
	manual := false
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var r record
		check(json.Unmarshal(in.Bytes(), &r))
		out := &kgo.Record{Topic: topic, Key: r.Key, Value: r.Value, Timestamp: time.UnixMilli(r.Timestamp)}
		if r.Partition != nil {
			out.Partition, manual = *r.Partition, true
		}
		for _, h := range r.Headers {
			var value []byte
			check(json.Unmarshal([]byte(strconv.Quote(h[1])), &value))
			out.Headers = append(out.Headers, kgo.RecordHeader{Key: h[0], Value: value})
		}
		records = append(records, out)
	}
	opts := []kgo.Opt{kgo.ProducerBatchCompression(codecs[codec]), kgo.ProducerLinger(20 * time.Millisecond)}
	if manual {
		opts = append(opts, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	}
	if !idempotent {
		opts = append(opts, kgo.DisableIdempotentWrite())
	}
	c := client(bootstrap, opts...)
	defer c.Close()
	for _, result := range c.ProduceSync(context.Background(), records...) {
		check(result.Err)
		emit(map[string]any{"partition": result.Record.Partition, "offset": result.Record.Offset})
	}
}

// Numbers as values, as fast as the broker acknowledges them, until SIGTERM; retried by the client, never by us.
func stream(bootstrap, topic string, partitions int32) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	c := client(bootstrap, kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.MaxBufferedRecords(1000),
		kgo.RetryBackoffFn(func(int) time.Duration { return 50 * time.Millisecond }))
	var printing sync.Mutex
	for number := int32(0); ctx.Err() == nil; number++ {
		r := &kgo.Record{Topic: topic, Partition: number % partitions, Value: []byte(strconv.Itoa(int(number)))}
		c.Produce(context.Background(), r, func(r *kgo.Record, err error) {
			if err == nil {
				printing.Lock()
				emit(map[string]any{"partition": r.Partition, "offset": r.Offset, "value": r.Value})
				printing.Unlock()
			}
		})
	}
	flushing, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	check(c.Flush(flushing))
	c.Close()
}

func consume(bootstrap, topic string, count int) {
	c := client(bootstrap, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for seen := 0; seen < count && ctx.Err() == nil; {
		fetches := c.PollFetches(ctx)
		fetches.EachRecord(func(r *kgo.Record) {
			if seen < count {
				emit(view(r))
			}
			seen++
		})
	}
}

func group(bootstrap, topic, groupID string) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	c := client(bootstrap, kgo.ConsumeTopics(topic), kgo.ConsumerGroup(groupID), kgo.DisableAutoCommit(),
		kgo.BlockRebalanceOnPoll(), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(10*time.Second), kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, assigned map[string][]int32) {
			emit(map[string]any{"event": "assigned", "partitions": assigned[topic]})
		}))
	for ctx.Err() == nil {
		fetches := c.PollFetches(ctx)
		fetches.EachRecord(func(r *kgo.Record) { emit(view(r)) })
		if fetches.NumRecords() > 0 {
			check(c.CommitUncommittedOffsets(context.Background()))
		}
		c.AllowRebalance()
	}
	c.CloseAllowingRebalance()
}

func since(bootstrap, topic string, timestamp int64) {
	c := client(bootstrap)
	defer c.Close()
	offsets, err := kadm.NewClient(c).ListOffsetsAfterMilli(context.Background(), timestamp, topic)
	check(err)
	offsets.Each(func(o kadm.ListedOffset) { emit(map[string]any{"partition": o.Partition, "offset": o.Offset}) })
}

func admin(bootstrap, topic string) {
	c := client(bootstrap)
	defer c.Close()
	a, ctx := kadm.NewClient(c), context.Background()
	partitions := func() int {
		details, err := a.ListTopics(ctx, topic)
		check(err)
		return len(details[topic].Partitions)
	}
	retention := "3600000"
	_, err := a.CreateTopic(ctx, 3, 1, map[string]*string{"retention.ms": &retention}, topic)
	check(err)
	created := partitions()
	added, err := a.UpdatePartitions(ctx, 5, topic)
	check(err)
	check(added[topic].Err)
	longer := "7200000"
	altered, err := a.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "retention.ms", Value: &longer}}, topic)
	check(err)
	check(altered[0].Err)
	described, err := a.DescribeTopicConfigs(ctx, topic)
	check(err)
	found := ""
	for _, config := range described[0].Configs {
		if config.Key == "retention.ms" {
			found = *config.Value
		}
	}
	total := partitions()
	listed, err := a.ListTopics(ctx)
	check(err)
	_, err = a.DeleteTopic(ctx, topic)
	check(err)
	// A client remembers the topics it has asked for; another one asks anew.
	another := client(bootstrap)
	defer another.Close()
	after, err := kadm.NewClient(another).ListTopics(ctx)
	check(err)
	emit(map[string]any{"created": created, "added": total, "retentionMs": found,
		"listed": listed.Has(topic), "deleted": !after.Has(topic)})
}

func first(bootstrap, prefix string, count int) {
	c := client(bootstrap, kgo.AllowAutoTopicCreation(), kgo.RecordRetries(0), kgo.UnknownTopicRetries(0))
	defer c.Close()
	failures := []string{}
	for i := 0; i < count; i++ {
		record := &kgo.Record{Topic: fmt.Sprintf("%s-%d", prefix, i), Value: []byte("first")}
		if err := c.ProduceSync(context.Background(), record).FirstErr(); err != nil {
			failures = append(failures, err.Error())
		}
	}
	emit(map[string]any{"event": "first", "acknowledged": count - len(failures), "failures": failures})
}

func transaction(bootstrap, topic string) {
	c := client(bootstrap, kgo.TransactionalID("driver-"+topic))
	defer c.Close()
	event := map[string]any{"event": "transaction", "failure": nil}
	if err := c.BeginTransaction(); err != nil {
		event["failure"] = err.Error()
	}
	emit(event)
}

func main() {
	bootstrap, command, args := os.Args[1], os.Args[2], os.Args[3:]
	switch command {
	case "produce":
		produce(bootstrap, args[0], args[1], len(args) > 2 && args[2] == "idempotent")
	case "stream":
		partitions, err := strconv.Atoi(args[1])
		check(err)
		stream(bootstrap, args[0], int32(partitions))
	case "consume":
		count, err := strconv.Atoi(args[1])
		check(err)
		consume(bootstrap, args[0], count)
	case "group":
		group(bootstrap, args[0], args[1])
	case "first":
		count, err := strconv.Atoi(args[1])
		check(err)
		first(bootstrap, args[0], count)
	case "transaction":
		transaction(bootstrap, args[0])
	case "since":
		timestamp, err := strconv.ParseInt(args[1], 10, 64)
		check(err)
		since(bootstrap, args[0], timestamp)
	case "admin":
		admin(bootstrap, args[0])
	default:
		check(fmt.Errorf("no command %q", command))
	}
}
