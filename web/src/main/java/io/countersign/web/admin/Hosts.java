package io.countersign.web.admin;

import com.ibm.icu.text.IDNA;
import com.ibm.icu.text.SpoofChecker;
import com.ibm.icu.text.SpoofChecker.RestrictionLevel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells when the name of a host is made to look like another one. */
final class Hosts {

    private static final SpoofChecker SCRIPTS = new SpoofChecker.Builder()
            .setChecks(SpoofChecker.RESTRICTION_LEVEL | SpoofChecker.INVISIBLE | SpoofChecker.MIXED_NUMBERS)
            .setRestrictionLevel(RestrictionLevel.SINGLE_SCRIPT_RESTRICTIVE)
            .build();
    private static final SpoofChecker LOOKS = new SpoofChecker.Builder().setChecks(SpoofChecker.CONFUSABLE).build();
    private static final IDNA IDN = IDNA.getUTS46Instance(IDNA.DEFAULT);

    private Hosts() {}

    /** What is odd about a host name, in a few words; null when nothing is. */
    static @Nullable String oddity(String host) {
        var readable = readable(host);
        if (isAscii(readable)) {
            return null;
        }
        for (var label : readable.split("\\.")) {
            if (isAscii(label)) {
                continue;
            }
            if (isAscii(LOOKS.getSkeleton(label))) {
                return "imitates plain letters, really " + wire(host);
            }
            if (SCRIPTS.failsChecks(label)) {
                return "mixes scripts, really " + wire(host);
            }
        }
        return null;
    }

    /** The form a mail server or browser would use: lower case, non-ASCII labels as punycode. */
    static String wire(String host) {
        var out = new StringBuilder();
        IDN.nameToASCII(host, out, new IDNA.Info());
        return out.toString().toLowerCase(Locale.ROOT);
    }

    private static String readable(String host) {
        var out = new StringBuilder();
        IDN.nameToUnicode(host, out, new IDNA.Info());
        return out.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
