package io.countersign.command.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the database has lost a token that it had taken.
 *
 * <p>Views commit without waiting for the disk, each with its token. When the database crashes, the last of these commits are gone. A reader
 * that lives on would go on from where it thinks it is, and what was lost would be missing from the view for ever. So whenever a token is
 * stored, or its claim extended, the one before must still be there; if it is not, the reader has to claim it anew and reads again.
 */
class LossDetectingTokenStore extends JdbcTokenStore {

    private static final Logger LOG = LoggerFactory.getLogger(LossDetectingTokenStore.class);

    private final Map<Place, Optional<TrackingToken>> known = new ConcurrentHashMap<>();

    private record Place(String processor, int segment) {}

    LossDetectingTokenStore(Builder builder) {
        super(builder);
    }

    @Override
    public @Nullable TrackingToken fetchToken(String processor, int segment) {
        return remember(processor, segment, super.fetchToken(processor, segment));
    }

    @Override
    public @Nullable TrackingToken fetchToken(String processor, Segment segment) {
        return remember(processor, segment.getSegmentId(), super.fetchToken(processor, segment));
    }

    @Override
    public void storeToken(@Nullable TrackingToken token, String processor, int segment) {
        requireKept(processor, segment);
        super.storeToken(token, processor, segment);
        remember(processor, segment, token);
    }

    @Override
    public void extendClaim(String processor, int segment) {
        requireKept(processor, segment, super.fetchToken(processor, segment));
    }

    private @Nullable TrackingToken remember(String processor, int segment, @Nullable TrackingToken token) {
        known.put(new Place(processor, segment), Optional.ofNullable(token));
        return token;
    }

    private void requireKept(String processor, int segment, @Nullable TrackingToken stored) {
        Optional<TrackingToken> ours = known.get(new Place(processor, segment));
        if (ours != null && !Objects.equals(ours.orElse(null), stored)) {
            known.remove(new Place(processor, segment));
            LOG.info("The reader {} reads again from where its view is: its latest work was lost, or done by another node meanwhile.", processor);
            throw new UnableToClaimTokenException("The stored token of " + processor + " is not the one that was stored last.");
        }
    }

    private void requireKept(String processor, int segment) {
        try (Connection connection = getConnection(); PreparedStatement select = select(connection, processor, segment, false);
                ResultSet row = select.executeQuery()) {
            requireKept(processor, segment, row.next() ? readTokenEntry(row).getToken(serializer()) : null);
        } catch (SQLException e) {
            throw new UnableToClaimTokenException("The token of " + processor + " cannot be read.", e);
        }
    }
}
