import { expect, test } from 'vitest';
import { RealFft } from './fft';

test.each([2, 6, 8, 10, 14, 16, 30, 64, 162, 198, 400, 512])(
  'the power spectrum of %i samples equals the definition',
  (size) => {
    const frame = Float64Array.from(
      { length: size },
      (_, i) => Math.sin(i * 1.3) + Math.cos(i * i * 0.7) - 0.2
    );
    const fft = new RealFft(size);
    const power = new Float64Array(fft.bins);
    for (let again = 0; again < 2; again++) fft.power(frame, power); // buffers are reused
    for (let k = 0; k < fft.bins; k++) {
      let re = 0;
      let im = 0;
      frame.forEach((x, n) => {
        re += x * Math.cos((2 * Math.PI * k * n) / size);
        im -= x * Math.sin((2 * Math.PI * k * n) / size);
      });
      expect(power[k]).toBeCloseTo(re * re + im * im, 8);
    }
  }
);

test('an odd length is refused', () => {
  expect(() => new RealFft(5)).toThrow(RangeError);
});
