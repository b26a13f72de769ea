package io.nightshift.job;

/** The types a job parameter may have; in definition files the lower case names. */
public enum ParameterType {
    STRING,
    LONG,
    DOUBLE,
    BOOLEAN,
    DATE,
    TIMESTAMP
}
