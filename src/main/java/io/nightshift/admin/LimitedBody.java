package io.nightshift.admin;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.time.Duration;

/** A request whose body ends with a failure where it is too long, or takes too long to come. */
final class LimitedBody extends HttpServletRequestWrapper {

    static final int MOST_BYTES = 1 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    LimitedBody(HttpServletRequest request) {
        super(request);
    }

    static boolean isTooLong(HttpServletRequest request) {
        return request.getContentLengthLong() > MOST_BYTES;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return new Limited(super.getInputStream());
    }

    private static final class Limited extends ServletInputStream {

        private final ServletInputStream in;
        private final long until = System.nanoTime() + LONGEST.toNanos();
        private long read;

        Limited(ServletInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            read += Math.max(0, count);
            if (read > MOST_BYTES) {
                throw refused("the body has more than " + MOST_BYTES + " bytes");
            }
            if (System.nanoTime() > until) {
                throw refused("the body took more than " + LONGEST.toSeconds() + " seconds to come");
            }
            return count;
        }

        private static NightshiftException refused(String why) {
            return new NightshiftException(FailureCode.REQUEST_INVALID, why + ". Nothing was done");
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
