import { expose, wrap, type Endpoint } from 'comlink';
import { expect, it, vi } from 'vitest';
import { letGo } from './wire';

it('a callback of the other side is let go with its port; one of this side stays', async () => {
  const { port1, port2 } = new MessageChannel();
  const heard = vi.fn();
  expose(heard, port2 as unknown as Endpoint);
  const callback = wrap<(fraction: number) => void>(port1 as unknown as Endpoint);
  await callback(0.5);
  letGo(callback);
  expect(() => callback(1)).toThrow('released');
  expect(heard.mock.calls).toEqual([[0.5]]);

  const own = vi.fn();
  letGo(own);
  own(1);
  expect(own).toHaveBeenCalledOnce();
  port2.close();
});
