import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Apache Kafka's own message classes as a witness. Two ways to run:
 *   generate SEED COUNT   for every message class and version: the default value, then COUNT random values, as lines
 *                         "NAME VERSION default|random HEX HEX": without and with unknown tagged fields.
 *   echo                  stdin has lines "NAME VERSION HEX"; each is read by the class and written again:
 *                         "HEX", or "error MESSAGE".
 * The field tables (names, versions, nullability, tags) are the JSON files inside the jars.
 */
public class GoldenMessages {
  static final HexFormat HEX = HexFormat.of();
  static final JsonMapper JSON = JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();
  /** One below the last exact number: that one stands for Long.MAX_VALUE, a default, where a field is clamped. */
  static final long SAFE_MAX = (1L << 53) - 2;

  record Subject(String name, Class<? extends Message> type, String json) {}

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(new java.io.BufferedOutputStream(System.out, 1 << 16), false);
    if (args[0].equals("generate")) generate(Long.parseLong(args[1]), Integer.parseInt(args[2]), out);
    else echo(out);
    out.flush();
  }

  static Map<String, Subject> subjects() throws Exception {
    Map<String, Subject> subjects = new LinkedHashMap<>();
    for (ApiMessageType api : ApiMessageType.values()) {
      if (api.lowestSupportedVersion() > api.highestSupportedVersion(true)) continue;
      add(subjects, api.newRequest().getClass(), "common/message/");
      add(subjects, api.newResponse().getClass(), "common/message/");
    }
    for (String name : List.of("RequestHeader", "ResponseHeader", "ConsumerProtocolSubscription",
        "ConsumerProtocolAssignment", "EndTxnMarker", "LeaderChangeMessage", "SnapshotHeaderRecord",
        "SnapshotFooterRecord", "KRaftVersionRecord", "VotersRecord", "DefaultPrincipalData",
        "ControlRecordTypeSchema")) {
      String suffix = name.endsWith("Header") ? "Data" : "";
      add(subjects, type("org.apache.kafka.common.message." + name + suffix), "common/message/");
    }
    for (MetadataRecordType record : MetadataRecordType.values()) {
      add(subjects, record.newMetadataRecord().getClass(), "common/metadata/");
    }
    for (String coordinator : List.of("group", "transaction", "share")) {
      Class<?> types = Class.forName("org.apache.kafka.coordinator." + coordinator + ".generated.CoordinatorRecordType");
      for (Object record : types.getEnumConstants()) {
        add(subjects, types.getMethod("newRecordKey").invoke(record).getClass().asSubclass(Message.class), "common/message/");
        add(subjects, types.getMethod("newRecordValue").invoke(record).getClass().asSubclass(Message.class), "common/message/");
      }
    }
    return subjects;
  }

  static Class<? extends Message> type(String name) throws Exception {
    return Class.forName(name).asSubclass(Message.class);
  }

  static void add(Map<String, Subject> subjects, Class<? extends Message> type, String folder) {
    String simple = type.getSimpleName();
    boolean isData = simple.endsWith("RequestData") || simple.endsWith("ResponseData") || simple.endsWith("HeaderData");
    String name = isData ? simple.substring(0, simple.length() - 4) : simple;
    String file = name.equals("ZkMigrationStateRecord") ? "ZkMigrationRecord" : name;
    subjects.put(name, new Subject(name, type, folder + file + ".json"));
  }

  static JsonNode specification(Subject subject) throws Exception {
    try (InputStream input = GoldenMessages.class.getClassLoader().getResourceAsStream(subject.json)) {
      return JSON.readTree(input);
    }
  }

  static void generate(long seed, int count, PrintStream out) throws Exception {
    for (Subject subject : subjects().values()) {
      JsonNode specification = specification(subject);
      Message empty = subject.type.getDeclaredConstructor().newInstance();
      for (short version = empty.lowestSupportedVersion(); version <= empty.highestSupportedVersion(); version++) {
        print(out, subject, version, "default", empty, empty);
        for (int index = 0; index < count; index++) {
          // Two fills from one seed: equal but for the unknown tags.
          long valueSeed = seed * 1_000_003 + subject.name.hashCode() * 31L + version * 1009L + index;
          Message plain = fill(subject, specification, version, valueSeed, false);
          Message tagged = fill(subject, specification, version, valueSeed, true);
          print(out, subject, version, "random", plain, tagged);
        }
      }
    }
  }

  static Message fill(Subject subject, JsonNode specification, short version, long seed, boolean tags) throws Exception {
    Message message = subject.type.getDeclaredConstructor().newInstance();
    new Filler(specification, version, new Random(seed), tags).fill(message, specification.get("fields"));
    return message;
  }

  static void print(PrintStream out, Subject subject, short version, String kind, Message plain, Message tagged) {
    String bytes;
    try {
      bytes = hex(plain, version) + " " + hex(tagged, version);
    } catch (NullPointerException error) {
      bytes = "null"; // a class whose default cannot be written: a required field without a default
    }
    out.println(subject.name + " " + version + " " + kind + " " + bytes);
  }

  static String hex(Message message, short version) {
    ByteBuffer buffer = MessageUtil.toByteBufferAccessor(message, version).buffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes.length == 0 ? "-" : HEX.formatHex(bytes);
  }

  static void echo(PrintStream out) throws Exception {
    Map<String, Subject> subjects = subjects();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] parts = line.split(" ");
      short version = Short.parseShort(parts[1]);
      try {
        Message message = subjects.get(parts[0]).type.getDeclaredConstructor().newInstance();
        ByteBuffer buffer = ByteBuffer.wrap(parts[2].equals("-") ? new byte[0] : HEX.parseHex(parts[2]));
        message.read(new ByteBufferAccessor(buffer), version);
        if (buffer.hasRemaining()) out.println("error " + buffer.remaining() + " bytes left");
        else out.println(hex(message, version));
      } catch (Exception error) {
        out.println("error " + error);
      }
    }
  }

  /** Sets every field that a version has, by reflection over the generated setters. */
  static class Filler {
    final short version;
    final Random random;
    final boolean tags;
    final boolean isFlexible;
    final Map<String, JsonNode> structs = new HashMap<>();

    Filler(JsonNode specification, short version, Random random, boolean tags) {
      this.version = version;
      this.random = random;
      this.tags = tags;
      this.isFlexible = inVersions(specification.path("flexibleVersions").asText("none"));
      specification.path("commonStructs").forEach(struct -> structs.put(struct.get("name").asText(), struct.get("fields")));
      collect(specification.path("fields"));
    }

    void collect(JsonNode fields) {
      for (JsonNode field : fields) {
        if (!field.has("fields")) continue;
        structs.put(field.get("type").asText().replace("[]", ""), field.get("fields"));
        collect(field.get("fields"));
      }
    }

    boolean inVersions(String versions) {
      if (versions.equals("none")) return false;
      if (versions.endsWith("+")) return version >= Short.parseShort(versions.substring(0, versions.length() - 1));
      String[] range = versions.split("-");
      return version >= Short.parseShort(range[0]) && version <= Short.parseShort(range[range.length - 1]);
    }

    void fill(Message message, JsonNode fields) throws Exception {
      int lastTag = -1;
      for (JsonNode field : fields) {
        boolean isTagged = field.has("tag") && inVersions(field.get("taggedVersions").asText());
        if (field.has("tag")) lastTag = Math.max(lastTag, field.get("tag").asInt());
        String versions = field.has("versions") ? field.get("versions").asText() : field.get("taggedVersions").asText();
        if (!inVersions(versions)) continue;
        if (isTagged && random.nextInt(4) == 0) continue;
        set(message, field);
      }
      // Known tags that this version does not have yet count as taken: readers of other versions would know them.
      if (isFlexible) unknownTags(message, lastTag);
    }

    void unknownTags(Message message, int lastTag) {
      Random own = new Random(random.nextInt());
      if (!tags) return;
      int count = own.nextInt(3);
      int tag = lastTag;
      for (int index = 0; index < count; index++) {
        tag += 1 + own.nextInt(200);
        byte[] data = new byte[own.nextInt(4) == 0 ? 0 : own.nextInt(150)];
        own.nextBytes(data);
        message.unknownTaggedFields().add(new RawTaggedField(tag, data));
      }
    }

    void set(Message message, JsonNode field) throws Exception {
      String name = field.get("name").asText();
      String setterName = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
      for (Method setter : message.getClass().getMethods()) {
        if (!setter.getName().equals(setterName) || setter.getParameterCount() != 1) continue;
        boolean isNullable = field.has("nullableVersions") && inVersions(field.get("nullableVersions").asText());
        Object value = isNullable && random.nextInt(3) == 0 ? null : value(field, setter.getGenericParameterTypes()[0]);
        setter.invoke(message, value);
        return;
      }
      throw new IllegalStateException("no setter for " + message.getClass() + " " + name);
    }

    Object value(JsonNode field, Type type) throws Exception {
      String fieldType = field.get("type").asText();
      if (!fieldType.startsWith("[]")) return element(fieldType, type);
      int size = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(3);
      // MessageGenerator makes a hash collection of structs with a map key, a List of everything else.
      @SuppressWarnings("unchecked")
      Collection<Object> items = type instanceof Class<?> hashed
          ? (Collection<Object>) hashed.getDeclaredConstructor().newInstance()
          : new ArrayList<>();
      Type elementType = type instanceof Class<?> hashed
          ? ((ParameterizedType) hashed.getGenericSuperclass()).getActualTypeArguments()[0]
          : ((ParameterizedType) type).getActualTypeArguments()[0];
      for (int index = 0; index < size; index++) items.add(element(fieldType.substring(2), elementType));
      return items;
    }

    Object element(String fieldType, Type type) throws Exception {
      switch (fieldType) {
        case "bool": return random.nextBoolean();
        case "int8": return (byte) random.nextInt();
        case "int16": return (short) random.nextInt();
        case "uint16": return random.nextInt() & 0xffff;
        case "int32": return random.nextInt(4) == 0 ? random.nextInt(10) - 3 : random.nextInt();
        case "int64": return int64();
        case "float64": return float64();
        case "string": return string();
        case "uuid": return random.nextInt(5) == 0 ? Uuid.ZERO_UUID : new Uuid(random.nextLong(), random.nextLong());
        case "bytes": return type == ByteBuffer.class ? ByteBuffer.wrap(bytes()) : bytes();
        case "records": return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes()));
        default:
          Message struct = (Message) ((Class<?>) type).getDeclaredConstructor().newInstance();
          fill(struct, structs.get(fieldType));
          return struct;
      }
    }

    long int64() {
      return switch (random.nextInt(6)) {
        case 0 -> random.nextInt(10) - 3;
        case 1 -> random.nextBoolean() ? SAFE_MAX : -SAFE_MAX;
        case 2 -> random.nextInt();
        default -> (random.nextLong() >> (11 + random.nextInt(40))) | 1;
      };
    }

    double float64() {
      return switch (random.nextInt(6)) {
        case 0 -> Double.NaN;
        case 1 -> Double.NEGATIVE_INFINITY;
        case 2 -> -0.0;
        default -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      };
    }

    String string() {
      StringBuilder text = new StringBuilder();
      int length = switch (random.nextInt(8)) {
        case 0 -> 0;
        case 1 -> 100 + random.nextInt(200);
        default -> 1 + random.nextInt(30);
      };
      boolean isAscii = random.nextInt(3) != 0;
      for (int index = 0; index < length; index++) {
        text.appendCodePoint(isAscii ? 32 + random.nextInt(95) : codePoint());
      }
      return text.toString();
    }

    int codePoint() {
      int[] ranges = {0x20, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
      int range = random.nextInt(5) * 2;
      return ranges[range] + random.nextInt(ranges[range + 1] - ranges[range] + 1);
    }

    byte[] bytes() {
      byte[] bytes = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(120)];
      random.nextBytes(bytes);
      return bytes;
    }
  }
}
