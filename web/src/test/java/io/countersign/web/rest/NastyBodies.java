package io.countersign.web.rest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies that no endpoint may take, by what is wrong with them. */
final class NastyBodies {

    private static final Map<String, byte[]> ALL = Collections.unmodifiableMap(build());

    private NastyBodies() {}

    static Map<String, byte[]> all() {
        return ALL;
    }

    private static Map<String, byte[]> build() {
        var bodies = new LinkedHashMap<String, byte[]>();
        notAnObject(bodies);
        unfinished(bodies);
        syntax(bodies);
        numbers(bodies);
        strings(bodies);
        bytes(bodies);
        sizes(bodies);
        return bodies;
    }

    private static void notAnObject(Map<String, byte[]> bodies) {
        for (var text : new String[] {"null", "true", "false", "1", "-0", "1.5", "\"text\"", "[]", "[{}]", "[1,[2]]", " ", "\n", "\t\t"}) {
            put(bodies, "not an object: " + printable(text), text);
        }
    }

    private static void unfinished(Map<String, byte[]> bodies) {
        var whole = "{\"ids\":[\"a\",{\"b\":1.5}],\"action\":\"x\\u0041\"}";
        for (int end = 1; end < whole.length(); end += 3) {
            put(bodies, "cut after " + end, whole.substring(0, end));
        }
        put(bodies, "two objects", "{}{}");
        put(bodies, "rest after the object", "{} x");
        put(bodies, "closed twice", "{}}");
        put(bodies, "list closed by a brace", "{\"a\":[1}");
        put(bodies, "object closed by a bracket", "{\"a\":{]}");
    }

    private static void syntax(Map<String, byte[]> bodies) {
        var faults = new String[] {"{,}", "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{\"a\":1,}", "{\"a\":1,,\"b\":2}", "{:1}", "{a:1}", "{'a':1}",
            "{\"a\":'b'}", "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\"::1}", "{1:1}", "{null:1}", "{[]:1}", "{\"a\":tru}",
            "{\"a\":True}", "{\"a\":nul}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":-Infinity}", "{\"a\":undefined}", "{\"a\":1}//x",
            "{/*x*/}", "{\"a\":1}#", "{\"a\":1;}", "<a/>", "a=1&b=2", "{\"a\":$}", "{\"a\":\"b\"\"c\"}", "{\"a\":1,\"a\":2}",
            "{\"a\":{\"b\":1,\"b\":1}}", "{\"\\u0061\":1,\"a\":2}", "{\"a\":[{\"b\":1,\"b\":2}]}", "{\"a\u00a0\":1 \u00a0}", "\u2028{}"};
        for (var fault : faults) {
            put(bodies, "syntax: " + printable(fault), fault);
        }
    }

    private static void numbers(Map<String, byte[]> bodies) {
        var faults = new String[] {"01", "-01", "+1", ".5", "1.", "1.e1", "1e", "1e+", "-", "--1", "0x10", "1_000", "1e400", "-1e400", "1e-400",
            "1e99999999999", "0." + "0".repeat(50) + "1e-300", "1" + "0".repeat(99) + "e300", "9".repeat(101), "1." + "1".repeat(200),
            "9".repeat(200_000), "1e1.5", "1/2", "0b1", "\u0661"};
        for (var fault : faults) {
            put(bodies, "number: " + printable(fault), "{\"a\":" + fault + "}");
        }
    }

    private static void strings(Map<String, byte[]> bodies) {
        var faults = new String[] {"\\u0000", "x\\u0000y", "\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800\\ud800\\udc00", "\\ud83d x", "\\ud83d",
            "\\u12", "\\uzzzz", "\\U0041", "\\x41", "\\a", "\\'", "\\", "\u0000", "\u0001", "\n", "\t", "\u001f", "\\u{41}"};
        for (var fault : faults) {
            put(bodies, "string: " + printable(fault), "{\"a\":\"" + fault + "\"}");
            put(bodies, "name: " + printable(fault), "{\"" + fault + "\":1}");
            put(bodies, "deep string: " + printable(fault), "{\"a\":[{\"b\":[\"" + fault + "\"]}]}");
        }
    }

    private static void bytes(Map<String, byte[]> bodies) {
        bodies.put("UTF-16, big end first", "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE));
        bodies.put("UTF-16, little end first", "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE));
        bodies.put("UTF-16 with a mark", "{\"a\":1}".getBytes(StandardCharsets.UTF_16));
        bodies.put("UTF-32", "{\"a\":1}".getBytes(Charset.forName("UTF-32")));
        bodies.put("UTF-8 with a mark", "\ufeff{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        bodies.put("Latin-1", "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        bodies.put("one lost continuation byte", around(0xe2, 0x82));
        bodies.put("a continuation byte alone", around(0x80));
        bodies.put("an overlong slash", around(0xc0, 0xaf));
        bodies.put("an overlong NUL", around(0xc0, 0x80));
        bodies.put("a surrogate in three bytes", around(0xed, 0xa0, 0x80));
        bodies.put("a pair in six bytes", around(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80));
        bodies.put("beyond U+10FFFF", around(0xf4, 0x90, 0x80, 0x80));
        bodies.put("byte 0xff", around(0xff));
        bodies.put("only zeros", new byte[64]);
        bodies.put("gzip", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
    }

    private static void sizes(Map<String, byte[]> bodies) {
        put(bodies, "a hundred thousand open brackets", "[".repeat(100_000));
        put(bodies, "a hundred thousand open objects", "{\"a\":".repeat(100_000));
        put(bodies, "a list of 17 levels", "{\"a\":" + "[".repeat(17) + "]".repeat(17) + "}");
        put(bodies, "an object of 17 levels", "{\"a\":".repeat(18) + "1" + "}".repeat(18));
        put(bodies, "more than 1 MiB", "{\"a\":\"" + "x".repeat(1 << 20) + "\"}");
        put(bodies, "fifty thousand unknown names", many(50_000));
    }

    private static String many(int names) {
        var text = new StringBuilder("{");
        for (int i = 0; i < names; i++) {
            text.append(i == 0 ? "" : ",").append("\"n").append(i).append("\":0");
        }
        return text.append('}').toString();
    }

    private static byte[] around(int... bytes) {
        var out = new ByteArrayOutputStream();
        out.writeBytes("{\"a\":\"".getBytes(StandardCharsets.US_ASCII));
        for (int b : bytes) {
            out.write(b);
        }
        out.writeBytes("\"}".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static void put(Map<String, byte[]> bodies, String name, String text) {
        if (bodies.put(name, text.getBytes(StandardCharsets.UTF_8)) != null) {
            throw new IllegalStateException("twice: " + name);
        }
    }

    private static String printable(String text) {
        var shown = new StringBuilder();
        text.chars().limit(40).forEach(c -> shown.append(c > 32 && c < 127 ? Character.toString(c) : "<%02x>".formatted(c)));
        return shown + (text.length() > 40 ? "... (" + text.length() + ")" : "");
    }
}
