package io.countersign.executors.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;
import org.apache.hc.client5.http.DnsResolver;

/** Makes sockets that look at the address of a name and connect to that very address. */
final class CheckedSockets extends SocketFactory {

    private final PrivateHosts privateHosts;
    private final DnsResolver outsideNames;

    CheckedSockets(PrivateHosts privateHosts, DnsResolver outsideNames) {
        this.privateHosts = privateHosts;
        this.outsideNames = outsideNames;
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public void connect(SocketAddress endpoint, int timeout) throws IOException {
                super.connect(endpoint instanceof InetSocketAddress named ? checked(named) : endpoint, timeout);
            }

            @Override
            public void connect(SocketAddress endpoint) throws IOException {
                connect(endpoint, 0);
            }
        };
    }

    private InetSocketAddress checked(InetSocketAddress named) throws IOException {
        String host = named.getHostString();
        if (privateHosts.contains(host, named.getPort())) {
            return new InetSocketAddress(InetAddress.getByName(host), named.getPort());
        }
        return new InetSocketAddress(outsideNames.resolve(host)[0], named.getPort());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(InetSocketAddress.createUnresolved(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int localPort) throws IOException {
        return createSocket(host, port);
    }
}
