package io.nightshift.data;

/** The 64-bit hash FNV-1a of Fowler, Noll and Vo. */
public final class Fnv1a {

    private static final long START = 0xCBF2_9CE4_8422_2325L;
    private static final long PRIME = 0x100_0000_01B3L;

    private Fnv1a() {}

    public static long of(byte[] bytes, int from, int to) {
        long hash = START;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xFF)) * PRIME;
        }
        return hash;
    }

    /** The same over 16-bit characters, for texts that never leave the process. */
    public static long of(String text) {
        long hash = START;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return hash;
    }
}
