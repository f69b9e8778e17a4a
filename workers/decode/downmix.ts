/** Mixes blocks of equally long channels to mono and notices when the channels cancel. */
export class Downmixer {
  private mixEnergy = 0;
  private readonly channelEnergy: number[] = [];

  constructor(private readonly channel: number | null = null) {}

  /** @param channels one array for each channel, all of one length. @returns mono; may be one of the arrays given. */
  mix(channels: Float32Array[]): Float32Array {
    const first = channels[0] ?? new Float32Array(0);
    if (this.channel !== null) return channels[this.channel] ?? first;
    if (channels.length === 1) return first;
    const mono = new Float32Array(first.length);
    channels.forEach((samples, index) => {
      let energy = 0;
      for (let i = 0; i < mono.length; i++) {
        const x = samples[i] ?? 0;
        mono[i] = (mono[i] as number) + x;
        energy += x * x;
      }
      this.channelEnergy[index] = (this.channelEnergy[index] ?? 0) + energy;
    });
    let energy = 0;
    for (let i = 0; i < mono.length; i++) {
      const x = (mono[i] as number) / channels.length;
      mono[i] = x;
      energy += x * x;
    }
    this.mixEnergy += energy;
    return mono;
  }

  /**
   * The channel to take alone when the mean has lost nearly everything: its energy is 20 dB below what
   * unrelated channels would leave. `null` when the mean is fine.
   */
  channelIfCancelled(): number | null {
    const count = this.channelEnergy.length;
    if (count < 2) return null;
    const total = this.channelEnergy.reduce((sum, energy) => sum + energy, 0);
    if (this.mixEnergy >= 0.01 * (total / (count * count))) return null;
    return total === 0 ? null : this.channelEnergy.indexOf(Math.max(...this.channelEnergy));
  }
}
