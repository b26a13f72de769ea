package io.nightshift.aggregate;

import java.math.BigInteger;

/** A ratio of whole numbers as the nearest double. */
final class ExactRatio {

    /** Enough leading bits that a sticky last bit decides every rounding to 53. */
    private static final int BITS = 66;

    private ExactRatio() {}

    /** {@code numerator / denominator * 2^exponent}, rounded once. */
    static double toDouble(BigInteger numerator, BigInteger denominator, int exponent) {
        if (numerator.signum() == 0) {
            return 0;
        }
        int shift = Math.max(0, BITS + denominator.bitLength() - numerator.bitLength());
        BigInteger[] parts = numerator.abs().shiftLeft(shift).divideAndRemainder(denominator);
        BigInteger quotient = parts[0];
        boolean inexact = parts[1].signum() != 0;
        int surplus = Math.max(0, quotient.bitLength() - BITS);
        inexact |= surplus > 0 && quotient.getLowestSetBit() < surplus;
        quotient = quotient.shiftRight(surplus);
        double rounded = (inexact ? quotient.setBit(0) : quotient).doubleValue();
        double scaled = Math.scalb(rounded, exponent + surplus - shift);
        return numerator.signum() < 0 ? -scaled : scaled;
    }
}
