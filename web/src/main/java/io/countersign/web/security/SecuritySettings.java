package io.countersign.web.security;

import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What guards the door.
 *
 * @param bind the address listened on; a client may use it as host name
 * @param publicHosts further host names, without port, that clients may use
 * @param trustedProxies addresses and networks whose word about the client is believed
 * @param rateLimitPerMinute calls that one API key may make in a minute; 0 for any number
 */
@ConfigurationProperties("countersign")
record SecuritySettings(@DefaultValue("127.0.0.1") String bind, @DefaultValue List<String> publicHosts,
        @DefaultValue List<String> trustedProxies, @DefaultValue("120") int rateLimitPerMinute) {

    Set<String> knownHosts() {
        return Set.copyOf(publicHosts);
    }
}
