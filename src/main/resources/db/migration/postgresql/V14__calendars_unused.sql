-- Since when no schedule names the text: what nobody has named for long is let go.
alter table nightshift_calendar add column unused_since timestamp(3) with time zone;
