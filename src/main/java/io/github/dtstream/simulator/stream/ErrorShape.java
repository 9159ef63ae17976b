package io.github.dtstream.simulator.stream;

/** The forms in which the API reports an error inside a stream. */
public enum ErrorShape {
    /** {@code {"error":{"code":…,"message":…,"details":[…]}}}: an HTTP status or a gRPC code. */
    A,
    /** {@code {"error":{"grpcCode":…,"httpCode":…,…}}}: the form of the older gateway. */
    B,
    /** {@code {"error":"…","code":…,"help":"…"}}: the form of an ordinary REST error. */
    C
}
