package io.countersign.command.evaluation;

import java.text.Normalizer;

/** Text as a reader would take it: compatible forms made one, invisible characters gone, look-alikes of Latin letters as those letters. */
final class Text {

    // Cyrillic, Greek and phonetic letters, each above the Latin one it is drawn like.
    private static final String LIKE = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u04cf\u029f\u0261\u03b1"
            + "\u03b5\u03b9\u03bf\u03bd\u03c1\u03c4\u03c5\u03c7\u03ba\u03b2\u0410\u0412\u0415\u041a\u041c\u041d"
            + "\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405\u0391\u0392\u0395\u0396\u0397\u0399\u039a"
            + "\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7";
    private static final String LATIN = "aeopcyxijsdhllgaeiovptuxkbABEKMHOPCTYXIJSABEZHIKMNOPTYX";

    private Text() {}

    static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 126) {
                return false;
            }
        }
        return true;
    }

    /** The text itself when there is nothing to fold. */
    static String folded(String text) {
        if (isPlain(text)) {
            return text;
        }
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKC);
        StringBuilder folded = new StringBuilder(normal.length());
        normal.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type != Character.FORMAT && c != 0xAD && !(c >= 0xFE00 && c <= 0xFE0F)) {
                int like = c <= 0xFFFF ? LIKE.indexOf(c) : -1;
                folded.appendCodePoint(like >= 0 ? LATIN.charAt(like) : c);
            }
        });
        return folded.toString();
    }
}
