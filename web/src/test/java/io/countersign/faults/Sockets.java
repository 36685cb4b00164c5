package io.countersign.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sockets of processes as the kernel lists them: what a process says about itself proves nothing. */
final class Sockets {

    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

    private Sockets() {}

    /** Addresses outside this machine that a process or one of its descendants is, or tries to be, connected to now. */
    static Set<String> peersOutside(ProcessHandle process) {
        Set<String> inodes = Stream.concat(Stream.of(process), process.descendants()).flatMap(Sockets::inodes).collect(Collectors.toSet());
        Set<String> peers = new TreeSet<>();
        for (String table : new String[] {"tcp", "tcp6", "udp", "udp6"}) {
            try {
                peers.addAll(peersOutside(Files.readAllLines(Path.of("/proc/net", table)), inodes));
            } catch (IOException absent) {
                // A machine without IPv6 has no table for it.
            }
        }
        return peers;
    }

    /**
     * The same from a table.
     *
     * @param table lines of {@code /proc/net/tcp} or one of its relatives
     * @param inodes the sockets to look at
     */
    static Set<String> peersOutside(Collection<String> table, Set<String> inodes) {
        return table.stream().map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length > 9 && inodes.contains(columns[9]))
                .map(columns -> address(columns[2].substring(0, columns[2].indexOf(':'))))
                .filter(address -> !address.isLoopbackAddress() && !address.isAnyLocalAddress())
                .map(InetAddress::getHostAddress)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> inodes(ProcessHandle process) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return descriptors.map(Sockets::target).map(SOCKET::matcher).filter(Matcher::matches).map(match -> match.group(1)).toList().stream();
        } catch (IOException ended) {
            return Stream.empty();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /** The kernel writes words of four bytes in the order of this machine, which is taken to be little-endian. */
    private static InetAddress address(String words) {
        byte[] raw = HexFormat.of().parseHex(words);
        byte[] address = new byte[raw.length];
        for (int i = 0; i < raw.length; i++) {
            address[i] = raw[i / 4 * 4 + 3 - i % 4];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(words, e);
        }
    }
}
