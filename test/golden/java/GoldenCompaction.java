import java.io.File;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ScheduledFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.apache.kafka.server.util.Scheduler;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;
import org.apache.kafka.storage.internals.utils.Throttler;

/**
 * Compacts a log with Apache Kafka's own cleaner, once for each time given.
 *
 * Arguments: partition directory, topic id, first dirty offset, memory of the offset map, times (comma separated), then
 * topic configs as key=value. Output: the end offset of each run, a line each.
 */
public class GoldenCompaction {
    static long now = 0;

    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        for (int i = 5; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            properties.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        String[] times = args[4].split(",");
        now = Long.parseLong(times[0]);
        UnifiedLog log = UnifiedLog.create(new File(args[0]), new LogConfig(properties), 0L, 0L, new NoScheduler(),
            new BrokerTopicStats(), new StandingTime(), 900_000, new ProducerStateManagerConfig(86_400_000, false), 600_000,
            new LogDirFailureChannel(1), true, Optional.of(Uuid.fromString(args[1])));
        log.updateHighWatermark(log.logEndOffset());
        Throttler throttler = new Throttler(Double.MAX_VALUE, 300, "cleaner-io", "bytes", Time.SYSTEM);
        Cleaner cleaner = new Cleaner(0, new SkimpyOffsetMap(Integer.parseInt(args[3])), 262_144, 1_048_588, 0.9, throttler,
            new StandingTime(), partition -> { });
        long dirty = Long.parseLong(args[2]);
        for (String time : times) {
            now = Long.parseLong(time);
            long limit = Math.max(dirty, Math.min(log.lastStableOffset(), log.activeSegment().baseOffset()));
            LogToClean range = new LogToClean(log, dirty, limit, false);
            if (range.cleanableBytes() > 0) dirty = cleaner.doClean(range, now).getKey();
            System.out.println(dirty);
        }
        log.close();
    }

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
