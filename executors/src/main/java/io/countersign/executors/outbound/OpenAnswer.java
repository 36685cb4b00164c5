package io.countersign.executors.outbound;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/** An answer that is still being read. Reading more than 256 MiB fails. */
public final class OpenAnswer implements Closeable {

    private static final long MOST_BYTES = 256L * 1024 * 1024;

    private final ClassicHttpResponse response;
    private final InputStream body;

    OpenAnswer(ClassicHttpResponse response) throws IOException {
        this.response = response;
        this.body = new Bounded(response.getEntity() == null ? InputStream.nullInputStream() : response.getEntity().getContent());
    }

    /** HTTP status. */
    public int status() {
        return response.getCode();
    }

    /** By name, in any spelling. */
    public Map<String, List<String>> headers() {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName(), name -> new ArrayList<>()).add(header.getValue());
        }
        return headers;
    }

    /** As it was sent, still encoded if it was. */
    public InputStream body() {
        return body;
    }

    @Override
    public void close() throws IOException {
        response.close();
    }

    private static final class Bounded extends FilterInputStream {

        private long left = MOST_BYTES;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            return counted(read < 0 ? 0 : 1) ? read : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            return counted(Math.max(read, 0)) ? read : -1;
        }

        private boolean counted(int read) throws IOException {
            left -= read;
            if (left < 0) {
                throw new IOException("The answer is longer than 256 MiB.");
            }
            return true;
        }
    }
}
