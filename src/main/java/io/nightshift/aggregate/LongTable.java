package io.nightshift.aggregate;

import java.util.Arrays;

/** Numbers distinct longs 0, 1, 2, ... in the order of their first appearance. Open addressing, no objects per entry. */
final class LongTable {

    private static final int FIRST_SLOTS = 64;

    /** Id + 1 of the key that lives in the slot; 0 for an empty slot. */
    private int[] slots = new int[FIRST_SLOTS];

    private long[] keys = new long[FIRST_SLOTS / 2];
    private int size;

    int size() {
        return size;
    }

    long key(int id) {
        return keys[id];
    }

    /** The key's number, given on first sight. */
    int id(long key) {
        int mask = slots.length - 1;
        int slot = (int) Hash.mix(key) & mask;
        int entry = slots[slot];
        while (entry != 0) {
            if (keys[entry - 1] == key) {
                return entry - 1;
            }
            slot = (slot + 1) & mask;
            entry = slots[slot];
        }
        return insert(slot, key);
    }

    long bytes() {
        return (long) slots.length * Integer.BYTES + (long) keys.length * Long.BYTES;
    }

    private int insert(int slot, long key) {
        if (size == keys.length) {
            grow();
            return id(key);
        }
        keys[size] = key;
        slots[slot] = ++size;
        return size - 1;
    }

    private void grow() {
        keys = Arrays.copyOf(keys, keys.length * 2);
        slots = new int[keys.length * 2];
        int mask = slots.length - 1;
        for (int id = 0; id < size; id++) {
            int slot = (int) Hash.mix(keys[id]) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = id + 1;
        }
    }
}
