"""confluent-kafka (librdkafka) behind the drivers' common command line; see README.md beside this file."""
import base64
import json
import os
import signal
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition, OFFSET_BEGINNING
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic, AlterConfigOpType, ConfigEntry

bootstrap, command, args = sys.argv[1], sys.argv[2], sys.argv[3:]


def emit(event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def b64(value):
    return None if value is None else base64.b64encode(value).decode()


def unb64(value):
    return None if value is None else base64.b64decode(value)


def view(message):
    return {
        "partition": message.partition(),
        "offset": message.offset(),
        "key": b64(message.key()),
        "value": b64(message.value()),
        "headers": [[name, b64(value)] for name, value in (message.headers() or [])],
        "timestamp": message.timestamp()[1],
    }


def produce(topic, codec, idempotent=""):
    producer = Producer({
        "bootstrap.servers": bootstrap, "compression.codec": codec, "acks": "all", "linger.ms": 20,
        "enable.idempotence": idempotent == "idempotent", "client.id": "driver-librdkafka",
    })
    failures = []

    def delivered(error, message):
        if error is not None:
            failures.append(str(error))
        else:
            emit({"partition": message.partition(), "offset": message.offset()})

    for line in sys.stdin:
        record = json.loads(line)
        extra = {"partition": record["partition"]} if "partition" in record else {}
        producer.produce(
            topic, key=unb64(record["key"]), value=unb64(record["value"]), timestamp=record["timestamp"],
            headers=[(name, unb64(value)) for name, value in record["headers"]], on_delivery=delivered, **extra)
        producer.poll(0)
    producer.flush(30)
    if failures:
        sys.exit("; ".join(failures[:3]))


def stream(topic, partitions):
    """Numbers as values, as fast as the broker acknowledges them, until SIGTERM; retried by the client, never by us."""
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    producer = Producer({
        "bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True, "linger.ms": 1,
        "message.timeout.ms": 60000, "reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 200, "retry.backoff.ms": 50,
        "queue.buffering.max.messages": 1000, "client.id": "driver-librdkafka", "log_level": 0,
    })

    def delivered(error, message):
        if error is None:
            emit({"partition": message.partition(), "offset": message.offset(), "value": b64(message.value())})
        elif "fatal" in str(error).lower():
            sys.exit(str(error))

    number = 0
    while not stopping:
        try:
            producer.produce(topic, value=str(number).encode(), partition=number % int(partitions), on_delivery=delivered)
            number += 1
        except BufferError:
            producer.poll(0.01)
        producer.poll(0)
    producer.flush(30)


def consumer(group):
    return Consumer({
        "bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False,
        "session.timeout.ms": 10000, "heartbeat.interval.ms": 500, "client.id": "driver-librdkafka",
    })


def consume(topic, count):
    client = consumer("driver-%d-%d" % (os.getpid(), time.time()))
    metadata = client.list_topics(topic, timeout=10)
    client.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in metadata.topics[topic].partitions])
    until, seen = time.time() + 30, 0
    while seen < int(count) and time.time() < until:
        message = client.poll(0.2)
        if message is None:
            continue
        if message.error():
            sys.exit(str(message.error()))
        emit(view(message))
        seen += 1
    client.close()


def group(topic, group_id):
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    client = consumer(group_id)
    client.subscribe([topic], on_assign=lambda _, parts: emit(
        {"event": "assigned", "partitions": [p.partition for p in parts]}))
    while not stopping:
        message = client.poll(0.1)
        if message is None or message.error():
            continue
        emit(view(message))
        client.commit(message=message, asynchronous=False)
    client.close()


def first(prefix, count):
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0, "retries": 0, "client.id": "driver-librdkafka"})
    acknowledged, failures = [], []
    for index in range(int(count)):
        producer.produce(
            "%s-%d" % (prefix, index), b"first",
            on_delivery=lambda error, message: failures.append(str(error)) if error else acknowledged.append(message))
        producer.flush(10)
    emit({"event": "first", "acknowledged": len(acknowledged), "failures": failures})


def transaction(topic):
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "driver-" + topic, "log_level": 0})
    failure = None
    try:
        producer.init_transactions(30)
    except KafkaException as error:
        failure = str(error)
    emit({"event": "transaction", "failure": failure})


def since(topic, timestamp):
    client = consumer("driver-since")
    partitions = client.list_topics(topic, timeout=10).topics[topic].partitions
    for found in client.offsets_for_times([TopicPartition(topic, p, int(timestamp)) for p in partitions], timeout=10):
        emit({"partition": found.partition, "offset": found.offset})
    client.close()


def admin(topic):
    client = AdminClient({"bootstrap.servers": bootstrap})

    def done(futures):
        for future in futures.values():
            future.result(15)

    def partitions():
        return len(client.list_topics(topic, timeout=10).topics[topic].partitions)

    done(client.create_topics([NewTopic(topic, 3, 1, config={"retention.ms": "3600000"})]))
    created = partitions()
    done(client.create_partitions([NewPartitions(topic, 5)]))
    added = partitions()
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[
        ConfigEntry("retention.ms", "7200000", incremental_operation=AlterConfigOpType.SET)])
    done(client.incremental_alter_configs([resource]))
    described = client.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)])
    retention = list(described.values())[0].result(15)["retention.ms"].value
    listed = topic in client.list_topics(timeout=10).topics
    done(client.delete_topics([topic]))
    deleted = topic not in client.list_topics(timeout=10).topics
    emit({"created": created, "added": added, "retentionMs": retention, "listed": listed, "deleted": deleted})


commands = {
    "produce": produce, "stream": stream, "consume": consume, "group": group, "first": first,
    "transaction": transaction, "since": since, "admin": admin,
}
commands[command](*args)
