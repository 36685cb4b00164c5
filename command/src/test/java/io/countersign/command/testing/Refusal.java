package io.countersign.command.testing;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hamcrest.Description;
import org.hamcrest.TypeSafeMatcher;

/** A refusal with its code, and with details where they are the subject. */
public final class Refusal extends TypeSafeMatcher<Refused> {

    private final RefusalCode code;
    private final Map<String, Object> details;

    private Refusal(RefusalCode code, Map<String, Object> details) {
        super(Refused.class);
        this.code = code;
        this.details = details;
    }

    /** Refused for this reason. */
    public static Refusal refused(RefusalCode code) {
        return new Refusal(code, Map.of());
    }

    /** And the caller is told this, among other things. */
    public Refusal telling(String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(key, value);
        return new Refusal(code, more);
    }

    @Override
    protected boolean matchesSafely(Refused refused) {
        return refused.code() == code && refused.details().entrySet().containsAll(details.entrySet());
    }

    @Override
    public void describeTo(Description description) {
        description.appendText("refused as ").appendText(code.code()).appendText(" telling ").appendValue(details);
    }

    @Override
    protected void describeMismatchSafely(Refused refused, Description mismatch) {
        mismatch.appendText("refused as ").appendText(refused.code().code()).appendText(" telling ").appendValue(refused.details());
    }
}
