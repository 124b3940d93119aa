// Apache Kafka's own Java clients behind the drivers' common command line; see README.md beside this file.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class Driver {
    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] argv) throws Exception {
        String bootstrap = argv[0];
        switch (argv[1]) {
            case "produce" -> produce(bootstrap, argv[2], argv[3], argv.length > 4);
            case "stream" -> stream(bootstrap, argv[2], Integer.parseInt(argv[3]));
            case "consume" -> consume(bootstrap, argv[2], Integer.parseInt(argv[3]));
            case "group" -> group(bootstrap, argv[2], argv[3]);
            case "first" -> first(bootstrap, argv[2], Integer.parseInt(argv[3]));
            case "transaction" -> transaction(bootstrap, argv[2]);
            case "since" -> since(bootstrap, argv[2], Long.parseLong(argv[3]));
            case "admin" -> admin(bootstrap, argv[2]);
            default -> throw new IllegalArgumentException("no command " + argv[1]);
        }
    }

    static void emit(Object event) throws Exception {
        System.out.println(JSON.writeValueAsString(event));
        System.out.flush();
    }

    static byte[] bytes(JsonNode node) {
        return node == null || node.isNull() ? null : Base64.getDecoder().decode(node.asText());
    }

    static String text(byte[] bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }

    static void produce(String bootstrap, String topic, String codec, boolean idempotent) throws Exception {
        Properties config = new Properties();
        config.put("bootstrap.servers", bootstrap);
        config.put("client.id", "driver-java");
        config.put("compression.type", codec);
        config.put("acks", "all");
        config.put("linger.ms", "20");
        config.put("enable.idempotence", String.valueOf(idempotent));
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
                var in = new BufferedReader(new InputStreamReader(System.in))) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode node = JSON.readTree(line);
                Integer partition = node.has("partition") ? node.get("partition").asInt() : null;
                var record = new ProducerRecord<byte[], byte[]>(
                        topic, partition, node.get("timestamp").asLong(), bytes(node.get("key")), bytes(node.get("value")));
                for (JsonNode header : node.get("headers")) record.headers().add(header.get(0).asText(), bytes(header.get(1)));
                sent.add(producer.send(record));
            }
            for (var future : sent) emit(Map.of("partition", future.get().partition(), "offset", future.get().offset()));
        }
    }

    /** Numbers as values, as fast as the broker acknowledges them, until SIGTERM; retried by the client, never by us. */
    static void stream(String bootstrap, String topic, int partitions) throws Exception {
        Properties config = new Properties();
        config.put("bootstrap.servers", bootstrap);
        config.put("client.id", "driver-java");
        config.put("acks", "all");
        config.put("linger.ms", "1");
        config.put("buffer.memory", "200000");
        config.put("reconnect.backoff.max.ms", "200");
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping = true;
            try {
                main.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }));
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int number = 0; !stopping; number++) {
                byte[] value = String.valueOf(number).getBytes();
                producer.send(new ProducerRecord<>(topic, number % partitions, null, value), (metadata, failure) -> {
                    if (failure != null) return;
                    System.out.println("{\"partition\":" + metadata.partition() + ",\"offset\":" + metadata.offset()
                            + ",\"value\":\"" + text(value) + "\"}");
                });
            }
        }
        System.out.flush();
    }

    static volatile boolean stopping;

    static KafkaConsumer<byte[], byte[]> consumer(String bootstrap, String group) {
        Properties config = new Properties();
        config.put("bootstrap.servers", bootstrap);
        config.put("client.id", "driver-java");
        if (group != null) config.put("group.id", group);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        config.put("session.timeout.ms", "10000");
        config.put("heartbeat.interval.ms", "500");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    }

    static void emit(ConsumerRecord<byte[], byte[]> record) throws Exception {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("partition", record.partition());
        view.put("offset", record.offset());
        view.put("key", text(record.key()));
        view.put("value", text(record.value()));
        List<List<String>> headers = new ArrayList<>();
        for (Header header : record.headers()) headers.add(List.of(header.key(), text(header.value())));
        view.put("headers", headers);
        view.put("timestamp", record.timestamp());
        emit((Object) view);
    }

    static void consume(String bootstrap, String topic, int count) throws Exception {
        try (var consumer = consumer(bootstrap, null)) {
            var assigned = partitions(consumer, topic);
            consumer.assign(assigned);
            consumer.seekToBeginning(assigned);
            long until = System.currentTimeMillis() + 30_000;
            for (int seen = 0; seen < count && System.currentTimeMillis() < until; ) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (seen++ < count) emit(record);
                }
            }
        }
    }

    static void group(String bootstrap, String topic, String groupId) throws Exception {
        var consumer = consumer(bootstrap, groupId);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                main.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }));
        try (consumer) {
            consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                @Override public void onPartitionsRevoked(Collection<TopicPartition> revoked) { }

                @Override public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                    try {
                        emit(Map.of("event", "assigned", "partitions", assigned.stream().map(TopicPartition::partition).toList()));
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                }
            });
            while (true) {
                var records = consumer.poll(Duration.ofMillis(200));
                for (var record : records) emit(record);
                if (!records.isEmpty()) consumer.commitSync();
            }
        } catch (WakeupException stopping) {
            // SIGTERM: leaving the loop closes the consumer, which leaves the group.
        }
    }

    static void first(String bootstrap, String prefix, int count) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "client.id", "driver-java", "retries", 0, "enable.idempotence", false);
        List<String> failures = new ArrayList<>();
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int index = 0; index < count; index++) {
                try {
                    producer.send(new ProducerRecord<>(prefix + "-" + index, "first".getBytes())).get();
                } catch (ExecutionException failure) {
                    failures.add(failure.getMessage());
                }
            }
        }
        emit(Map.of("event", "first", "acknowledged", count - failures.size(), "failures", failures));
    }

    static void transaction(String bootstrap, String topic) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "transactional.id", "driver-" + topic, "max.block.ms", 30_000);
        Map<String, Object> event = new LinkedHashMap<>(Map.of("event", "transaction"));
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
        } catch (KafkaException failure) {
            event.put("failure", failure.getMessage());
        }
        emit(event);
    }

    static void since(String bootstrap, String topic, long timestamp) throws Exception {
        try (var consumer = consumer(bootstrap, null)) {
            Map<TopicPartition, Long> query = new LinkedHashMap<>();
            for (TopicPartition partition : partitions(consumer, topic)) query.put(partition, timestamp);
            for (var found : consumer.offsetsForTimes(query).entrySet()) {
                emit(Map.of("partition", found.getKey().partition(), "offset", found.getValue() == null ? -1 : found.getValue().offset()));
            }
        }
    }

    static void admin(String bootstrap, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1).configs(Map.of("retention.ms", "3600000")))).all().get();
            int created = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
            int added = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(
                    new AlterConfigOp(new ConfigEntry("retention.ms", "7200000"), AlterConfigOp.OpType.SET)))).all().get();
            String retention = admin.describeConfigs(List.of(resource)).all().get().get(resource).get("retention.ms").value();
            boolean listed = admin.listTopics().names().get().contains(topic);
            admin.deleteTopics(List.of(topic)).all().get();
            boolean deleted = !admin.listTopics().names().get().contains(topic);
            emit(Map.of("created", created, "added", added, "retentionMs", retention, "listed", listed, "deleted", deleted));
        }
    }
}
