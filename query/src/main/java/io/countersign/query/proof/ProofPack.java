package io.countersign.query.proof;

import io.countersign.query.proof.api.Proofs.Pack;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * A ZIP that can be written in one way only, so that every single byte of it can be checked. That is why {@code java.util.zip}, which chooses
 * dates and flags by itself, does not write it.
 */
final class ProofPack {

    private static final int FIRST_OF_1980 = 0x0021;
    private static final int UTF_8_NAMES = 0x0800;
    private static final short VERSION = 20;

    private ProofPack() {}

    static Pack of(String origin, String actionId, String proof, String page, Function<String, Note> signer) {
        byte[] proofBytes = proof.getBytes(StandardCharsets.UTF_8);
        byte[] pageBytes = page.getBytes(StandardCharsets.UTF_8);
        String manifest = signer.apply("countersign proof pack/1\norigin " + origin + "\naction " + actionId + "\nsha256 " + sha256(proofBytes)
                + " proof.json\nsha256 " + sha256(pageBytes) + " index.html\n").encode();
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("manifest.txt", manifest.getBytes(StandardCharsets.UTF_8));
        files.put("proof.json", proofBytes);
        files.put("index.html", pageBytes);
        return new Pack(manifest, zip(files));
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(new Hashing().plain(bytes));
    }

    private static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            byte[] named = name.getBytes(StandardCharsets.UTF_8);
            byte[] common = common(content, named.length);
            int offset = zip.size();
            zip.writeBytes(numbers(4).putInt(0x04034b50).array());
            zip.writeBytes(common);
            zip.writeBytes(named);
            zip.writeBytes(content);
            directory.writeBytes(numbers(6).putInt(0x02014b50).putShort(VERSION).array());
            directory.writeBytes(common);
            directory.writeBytes(numbers(14).putInt(10, offset).array());
            directory.writeBytes(named);
        });
        int start = zip.size();
        zip.writeBytes(directory.toByteArray());
        zip.writeBytes(numbers(22).putInt(0, 0x06054b50).putShort(8, (short) files.size()).putShort(10, (short) files.size())
                .putInt(12, directory.size()).putInt(16, start).array());
        return zip.toByteArray();
    }

    /** What stands both before a file and in the directory: stored as it is, on the first day that ZIP knows. */
    private static byte[] common(byte[] content, int nameLength) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return numbers(26).putShort(VERSION).putShort((short) UTF_8_NAMES).putShort((short) 0).putShort((short) 0)
                .putShort((short) FIRST_OF_1980).putInt((int) crc.getValue()).putInt(content.length).putInt(content.length)
                .putShort((short) nameLength).array();
    }

    private static ByteBuffer numbers(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
