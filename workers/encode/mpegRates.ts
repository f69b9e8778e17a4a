/** MPEG audio knows these rates and no others. */
export const MPEG_RATES_HZ = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const;

export type MpegRate = (typeof MPEG_RATES_HZ)[number];
