package io.nightshift.definition;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes to text that shows everything it says: UTF-8 without control characters and invisible direction marks. */
final class StrictText {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private StrictText() {}

    static @Nullable String decode(String file, byte[] bytes, Problems problems) {
        if (bytes.length > Document.LARGEST_BYTES) {
            problems.add(new Place(file, 0, 0, ""), "is larger than 1 MiB, the most a definition may have");
            return null;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), chars, true);
        chars.flip();
        String text = chars.toString();
        if (result.isError()) {
            problems.add(
                    placeOf(file, text, text.length()),
                    "the bytes are not UTF-8" + (looksLikeUtf16(bytes) ? " but UTF-16" : "")
                            + "; save the file as UTF-8");
            return null;
        }
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        return refuseHiddenCharacters(file, text, problems) ? null : text;
    }

    private static boolean looksLikeUtf16(byte[] bytes) {
        return bytes.length >= 2
                && ((bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)
                        || (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF));
    }

    private static boolean refuseHiddenCharacters(String file, String text, Problems problems) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (isHidden(c)) {
                problems.add(
                        placeOf(file, text, i),
                        String.format(
                                "the character U+%04X is invisible and not allowed in a definition%s",
                                c, c == 0 ? " (is the file UTF-16?)" : ""));
                return true;
            }
        }
        return false;
    }

    /** Whether a reader of the file would not see the character, tabs and line ends aside. */
    static boolean isHidden(int c) {
        if (c < ' ') {
            return c != '\n' && c != '\r' && c != '\t';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> (c & 0xFFFE) == 0xFFFE;
        };
    }

    private static Place placeOf(String file, String text, int index) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < index; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new Place(file, line, index - lineStart + 1, "");
    }
}
