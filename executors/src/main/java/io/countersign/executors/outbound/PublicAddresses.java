package io.countersign.executors.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.springframework.boot.http.client.InetAddressFilter;

/** Resolves names to public addresses only. The client connects to what is returned here, so check and use are one. */
final class PublicAddresses implements DnsResolver {

    // Three ways to loopback and to a cloud's inside that the framework's filter takes for public.
    private static final InetAddressFilter PUBLIC = InetAddressFilter.externalAddresses()
            .andNot("::/96", "::ffff:0:0:0/96", "168.63.129.16");

    private final DnsResolver names;

    PublicAddresses(DnsResolver names) {
        this.names = names;
    }

    PublicAddresses() {
        this(SystemDefaultDnsResolver.INSTANCE);
    }

    static boolean allows(InetAddress address) {
        return PUBLIC.matches(address);
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        var allowed = Arrays.stream(names.resolve(host)).filter(PublicAddresses::allows).toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new AddressRefused(host);
        }
        return allowed;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        return Arrays.stream(resolve(host)).map(address -> new InetSocketAddress(address, port)).toList();
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /** Every address of the name is forbidden. */
    static final class AddressRefused extends UnknownHostException {
        AddressRefused(String host) {
            super("The address of " + host + " is not public.");
        }
    }
}
