package io.github.dtstream.wire;

/**
 * A cheap check of timestamps of RFC 3339, section 5.6: {@link java.time.Instant#parse} reads every text that passes.
 */
final class Rfc3339 {
    private static final int FIRST_YEAR = 1970;
    private static final int MOST_FRACTION_DIGITS = 9;
    private static final int SECONDS_END = "1970-01-01T00:00:00".length();
    private static final int OFFSET_LENGTH = "+00:00".length();
    /** The largest offset from UTC that java.time supports. */
    private static final int LARGEST_OFFSET_MINUTES = 18 * 60;

    private Rfc3339() {}

    /** Whether the text is a timestamp of 1970 or later, with 0 to 9 fraction digits, and {@code Z} or an offset. */
    static boolean isTimestamp(String text) {
        if (text.length() <= SECONDS_END || !hasSeparators(text) || !isDate(text) || !isTimeOfDay(text)) {
            return false;
        }
        int zone = zoneStart(text);
        return zone > 0 && isZone(text, zone);
    }

    private static boolean hasSeparators(String text) {
        return text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && (text.charAt(10) == 'T' || text.charAt(10) == 't')
                && text.charAt(13) == ':'
                && text.charAt(16) == ':';
    }

    private static boolean isDate(String text) {
        int year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
        int month = twoDigits(text, 5);
        int day = twoDigits(text, 8);
        return year >= FIRST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
    }

    private static int daysIn(int year, int month) {
        if (month == 2) {
            boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            return leap ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    private static boolean isTimeOfDay(String text) {
        int hour = twoDigits(text, 11);
        int minute = twoDigits(text, 14);
        int second = twoDigits(text, 17);
        boolean leapSecond = hour == 23 && minute == 59 && second == 60;
        return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && (second <= 59 || leapSecond);
    }

    /** The index of the zone, after a fraction if there is one; -1 if the fraction is not valid. */
    private static int zoneStart(String text) {
        if (text.charAt(SECONDS_END) != '.') {
            return SECONDS_END;
        }
        int i = SECONDS_END + 1;
        while (i < text.length() && isDigit(text.charAt(i))) {
            i++;
        }
        int digits = i - SECONDS_END - 1;
        return digits >= 1 && digits <= MOST_FRACTION_DIGITS && i < text.length() ? i : -1;
    }

    private static boolean isZone(String text, int start) {
        char sign = text.charAt(start);
        if (sign == 'Z' || sign == 'z') {
            return text.length() == start + 1;
        }
        if ((sign != '+' && sign != '-') || text.length() != start + OFFSET_LENGTH || text.charAt(start + 3) != ':') {
            return false;
        }
        int hours = twoDigits(text, start + 1);
        int minutes = twoDigits(text, start + 4);
        return hours >= 0 && minutes >= 0 && minutes <= 59 && hours * 60 + minutes <= LARGEST_OFFSET_MINUTES;
    }

    /** The number that two digits write; far below zero if they are not digits. */
    private static int twoDigits(String text, int at) {
        char tens = text.charAt(at);
        char ones = text.charAt(at + 1);
        return isDigit(tens) && isDigit(ones) ? (tens - '0') * 10 + ones - '0' : -100_000;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
