package io.github.dtstream.alarm.notification;

import io.github.dtstream.alarm.change.AlarmChange.Member;

/** A member of a notification, with a sentence about it. */
record Told(Member member, String text) {}
