package io.countersign.command;

import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.api.Ids;
import java.security.SecureRandom;
import java.util.Base64;
import org.springframework.stereotype.Component;

/** The real source of identities. */
@Component
class RandomIds implements Ids {

    private final SecureRandom random = new SecureRandom();

    @Override
    public String next() {
        return UuidCreator.getTimeOrderedEpoch().toString();
    }

    @Override
    public String salt() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
