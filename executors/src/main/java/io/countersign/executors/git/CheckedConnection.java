package io.countersign.executors.git;

import io.countersign.executors.outbound.OpenAnswer;
import io.countersign.executors.outbound.OutboundCall;
import io.countersign.executors.outbound.OutboundClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/** Git's requests, made by the one client that leaves the house: checked addresses, no redirect, no other trust than the usual. */
final class CheckedConnection implements HttpConnection {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final OutboundClient client;
    private final URL url;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private String method = "GET";
    private Duration patience = PATIENCE;
    private @Nullable OpenAnswer answer;

    private CheckedConnection(OutboundClient client, URL url) {
        this.client = client;
        this.url = url;
    }

    /** Makes such connections. */
    record Factory(OutboundClient client) implements HttpConnectionFactory {

        @Override
        public HttpConnection create(URL url) {
            return new CheckedConnection(client, url);
        }

        @Override
        public HttpConnection create(URL url, Proxy proxy) {
            return new CheckedConnection(client, url);
        }
    }

    private OpenAnswer answer() throws IOException {
        OpenAnswer open = answer;
        if (open == null) {
            try {
                URI uri = url.toURI();
                open = client.open(new OutboundCall(method, uri, headers, null), method.equals("POST") ? body.toByteArray() : null, patience);
            } catch (URISyntaxException e) {
                throw new IOException("The address cannot be read.");
            }
            answer = open;
            if (open.status() / 100 == 3) {
                open.close();
                throw new IOException(url.getHost() + " wants the request elsewhere. Redirects are not followed; name the right address.");
            }
        }
        return open;
    }

    @Override
    public int getResponseCode() throws IOException {
        return answer().status();
    }

    @Override
    public URL getURL() {
        return url;
    }

    @Override
    public String getResponseMessage() throws IOException {
        return "HTTP " + answer().status();
    }

    @Override
    public Map<String, List<String>> getHeaderFields() {
        return answer == null ? Map.of() : answer.headers();
    }

    @Override
    public void setRequestProperty(String key, String value) {
        if (!List.of("user-agent", "host", "content-length").contains(key.toLowerCase(java.util.Locale.ROOT))) {
            headers.put(key, value);
        }
    }

    @Override
    public void setRequestMethod(String asked) {
        method = asked;
    }

    @Override
    public void setUseCaches(boolean caches) {
        // there are none
    }

    @Override
    public void setConnectTimeout(int timeout) {
        // the client has its own
    }

    @Override
    public void setReadTimeout(int timeout) {
        if (timeout > 0) {
            patience = Duration.ofMillis(timeout);
        }
    }

    @Override
    public @Nullable String getContentType() {
        return getHeaderField("Content-Type");
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return answer().body();
    }

    @Override
    public @Nullable String getHeaderField(String name) {
        List<String> values = getHeaderFields(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    @Override
    public List<String> getHeaderFields(String name) {
        return getHeaderFields().getOrDefault(name, List.of());
    }

    @Override
    public int getContentLength() {
        String length = getHeaderField("Content-Length");
        return length != null && length.matches("[0-9]{1,9}") ? Integer.parseInt(length) : -1;
    }

    @Override
    public void setInstanceFollowRedirects(boolean follow) {
        // never
    }

    @Override
    public void setDoOutput(boolean output) {
        // what is written is sent
    }

    @Override
    public void setFixedLengthStreamingMode(int length) {
        // the client knows the length
    }

    @Override
    public void setChunkedStreamingMode(int length) {
        // the client knows the length
    }

    @Override
    public OutputStream getOutputStream() {
        return body;
    }

    @Override
    public String getRequestMethod() {
        return method;
    }

    @Override
    public boolean usingProxy() {
        return false;
    }

    @Override
    public void connect() throws IOException {
        answer();
    }

    @Override
    public void configure(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random) {
        throw new IllegalStateException("A repository cannot change whom we trust.");
    }

    @Override
    public void setHostnameVerifier(HostnameVerifier verifier) {
        throw new IllegalStateException("A repository cannot change whom we trust.");
    }
}
