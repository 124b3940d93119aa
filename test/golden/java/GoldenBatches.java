import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * Apache Kafka's own record batches as a witness. Two ways to run:
 *   generate SEED COUNT   COUNT batches of every magic and codec, one a line: "HEX DESCRIPTION"
 *   echo                  stdin has one batch a line in hex; each is checked and described: "DESCRIPTION" or "error ..."
 * A description has the batch's fields, then each record: offset, timestamp, key, value, headers; byte strings in hex.
 */
public class GoldenBatches {
  static final HexFormat HEX = HexFormat.of();
  static final long NOW = 1_700_000_000_000L;

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(new java.io.BufferedOutputStream(System.out, 1 << 16), false);
    if (args[0].equals("generate")) generate(new Random(Long.parseLong(args[1])), Integer.parseInt(args[2]), out);
    else echo(out);
    out.flush();
  }

  static void generate(Random random, int count, PrintStream out) {
    for (byte magic = 0; magic <= 2; magic++) {
      for (CompressionType codec : CompressionType.values()) {
        if (codec == CompressionType.ZSTD && magic < 2) continue;
        for (int index = 0; index < count; index++) {
          MemoryRecords records = build(random, magic, codec);
          ByteBuffer buffer = records.buffer().duplicate();
          byte[] bytes = new byte[buffer.remaining()];
          buffer.get(bytes);
          out.println(HEX.formatHex(bytes) + " " + describe(records));
        }
      }
    }
  }

  static MemoryRecords build(Random random, byte magic, CompressionType codec) {
    boolean isAppendTime = magic > 0 && random.nextInt(3) == 0;
    boolean isIdempotent = magic == 2 && random.nextBoolean();
    long firstOffset = random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000);
    MemoryRecordsBuilder builder = new MemoryRecordsBuilder(
        new ByteBufferOutputStream(1024), magic, Compression.of(codec).build(),
        isAppendTime ? TimestampType.LOG_APPEND_TIME : magic == 0 ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME,
        firstOffset, isAppendTime ? NOW + 99 : -1,
        isIdempotent ? random.nextInt(10_000) : -1, (short) (isIdempotent ? random.nextInt(100) : -1),
        isIdempotent ? random.nextInt(1_000) : -1, isIdempotent && random.nextBoolean(), false,
        magic == 2 ? random.nextInt(50) : -1, Integer.MAX_VALUE);
    int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 300 : 8);
    for (int index = 0; index < count; index++) {
      long timestamp = magic == 0 ? -1 : NOW + random.nextInt(100_000) - 50_000;
      builder.appendWithOffset(firstOffset + index, timestamp, bytes(random, 40), bytes(random, 900), headers(random, magic));
    }
    return builder.build();
  }

  static byte[] bytes(Random random, int limit) {
    if (random.nextInt(6) == 0) return null;
    byte[] bytes = new byte[random.nextInt(limit)];
    int symbols = 1 + random.nextInt(256);
    for (int index = 0; index < bytes.length; index++) bytes[index] = (byte) random.nextInt(symbols);
    return bytes;
  }

  static Header[] headers(Random random, byte magic) {
    Header[] headers = new Header[magic < 2 ? 0 : random.nextInt(3)];
    for (int index = 0; index < headers.length; index++) {
      headers[index] = new RecordHeader("header-" + random.nextInt(9) + "-\u00e9", bytes(random, 20));
    }
    return headers;
  }

  static String describe(MemoryRecords records) {
    StringBuilder text = new StringBuilder();
    for (MutableRecordBatch batch : records.batches()) {
      batch.ensureValid();
      text.append(String.join(",", List.of("" + batch.magic(), "" + batch.compressionType().id, "" + batch.lastOffset(),
          "" + batch.producerId(), "" + batch.producerEpoch(), "" + batch.baseSequence(),
          batch.isTransactional() ? "transactional" : "-", batch.isControlBatch() ? "control" : "-",
          "" + batch.partitionLeaderEpoch())));
      for (Record record : batch) {
        text.append(";").append(record.offset()).append(",").append(record.timestamp()).append(",")
            .append(record.hasKey() ? hex(record.key()) : "null").append(",")
            .append(record.hasValue() ? hex(record.value()) : "null");
        for (Header header : record.headers()) {
          text.append(",").append(HEX.formatHex(header.key().getBytes(java.nio.charset.StandardCharsets.UTF_8))).append("=")
              .append(header.value() == null ? "null" : HEX.formatHex(header.value()));
        }
      }
    }
    return text.toString();
  }

  static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return HEX.formatHex(bytes);
  }

  static void echo(PrintStream out) throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      try {
        out.println(describe(MemoryRecords.readableRecords(ByteBuffer.wrap(HEX.parseHex(line)))));
      } catch (Exception error) {
        out.println("error " + error + " / " + error.getCause());
      }
    }
  }
}
