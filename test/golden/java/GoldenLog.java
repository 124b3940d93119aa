import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse.RecordError;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.server.util.Scheduler;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogAppendInfo;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/**
 * Appends batches to a log of Apache Kafka's own and says what became of each.
 *
 * Arguments: partition directory, topic id, whether the last stop was clean (true or false), how to stop (close or halt), then
 * topic configs as key=value.
 * Input, a line each: nowMs leaderEpoch origin transactionVersion hex
 *   origin: coordinator, or the version of the produce request that carried the bytes
 * Output, a line each: `ok firstOffset lastOffset logAppendTime` or `ERROR_NAME [index,index...]`
 * and a last line: `end logStartOffset logEndOffset lastStableOffset`
 */
public class GoldenLog {
    static long now = 0;

    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        for (int i = 4; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            properties.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        List<String> lines = input.lines().filter(line -> !line.isEmpty()).collect(Collectors.toList());
        if (!lines.isEmpty()) now = Long.parseLong(lines.get(0).split(" ")[0]);
        UnifiedLog log = UnifiedLog.create(new File(args[0]), new LogConfig(properties), 0L, 0L, new NoScheduler(),
            new BrokerTopicStats(), new StandingTime(), 900_000, new ProducerStateManagerConfig(86_400_000, false), 600_000,
            new LogDirFailureChannel(1), Boolean.parseBoolean(args[2]), Optional.of(Uuid.fromString(args[1])));
        StringBuilder output = new StringBuilder();
        for (String line : lines) output.append(append(log, line.split(" "))).append('\n');
        output.append("end ").append(log.logStartOffset()).append(' ').append(log.logEndOffset()).append(' ')
            .append(log.lastStableOffset()).append('\n');
        if (args[3].equals("close")) {
            log.flush(true);
            log.close();
        }
        System.out.print(output);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    static String append(UnifiedLog log, String[] fields) {
        now = Long.parseLong(fields[0]);
        int epoch = Integer.parseInt(fields[1]);
        boolean isClient = !fields[2].equals("coordinator");
        byte[] bytes = fields.length > 4 ? HexFormat.of().parseHex(fields[4]) : new byte[0];
        MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
        try {
            log.assignEpochStartOffset(epoch, log.logEndOffset());
            if (isClient) ProduceRequest.validateRecords(Short.parseShort(fields[2]), records);
            LogAppendInfo info = log.appendAsLeader(records, epoch, isClient ? AppendOrigin.CLIENT : AppendOrigin.COORDINATOR,
                RequestLocal.noCaching(), VerificationGuard.SENTINEL, Short.parseShort(fields[3]));
            log.updateHighWatermark(log.logEndOffset());
            return "ok " + info.firstOffset() + " " + info.lastOffset() + " " + info.logAppendTime();
        } catch (RecordValidationException e) {
            return Errors.forException(e.invalidException()) + " "
                + e.recordErrors().stream().map((RecordError error) -> "" + error.batchIndex).collect(Collectors.joining(","));
        } catch (Throwable e) {
            if (System.getenv("GOLDEN_TRACE") != null) e.printStackTrace();
            return "" + Errors.forException(e);
        }
    }

    /** Background work is of no interest here. */
    static class NoScheduler implements Scheduler {
        public void startup() {}
        public void shutdown() {}
        public void resizeThreadPool(int size) {}
        public ScheduledFuture<?> schedule(String name, Runnable task, long delayMs, long periodMs) {
            if (delayMs == 0 && periodMs < 0) task.run();
            return new Never();
        }
    }

    static class Never implements ScheduledFuture<Object> {
        public long getDelay(java.util.concurrent.TimeUnit unit) { return 0; }
        public int compareTo(java.util.concurrent.Delayed other) { return 0; }
        public boolean cancel(boolean mayInterrupt) { return true; }
        public boolean isCancelled() { return false; }
        public boolean isDone() { return false; }
        public Object get() { return null; }
        public Object get(long timeout, java.util.concurrent.TimeUnit unit) { return null; }
    }

    static class StandingTime implements Time {
        public long milliseconds() { return now; }
        public long nanoseconds() { return System.nanoTime(); }
        public void sleep(long ms) {}
        public void waitObject(Object object, java.util.function.Supplier<Boolean> condition, long deadlineMs) {}
        public Timer timer(long timeoutMs) { return Time.SYSTEM.timer(timeoutMs); }
    }
}
