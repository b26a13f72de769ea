package io.nightshift.admin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where requests come from, as the connection says it and no header. */
final class Addresses {

    private static final int NETWORK_BYTES = 8;

    private Addresses() {}

    static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** An IPv4 address, or the network of an IPv6 one: its owner has all of them. */
    static String network(String address) {
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return bytes.length > NETWORK_BYTES ? Arrays.toString(Arrays.copyOf(bytes, NETWORK_BYTES)) : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
