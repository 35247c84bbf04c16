//! Where bytes lie: row groups, ranges, files above 4 GiB, codecs only old writers use.
