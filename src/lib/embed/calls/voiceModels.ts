import * as v from 'valibot';
import { call, profileId } from './input';
import { knownProfile } from './people';
import { modelOf } from './shapes';

const schema = v.object({ userId: profileId });

/** What is known of the voice in use, not the voice. */
export const getVoiceModel = call<typeof schema, 'getVoiceModel'>(
  schema,
  async ({ userId }, { app: open }) => {
    const { training } = await (await open()).voice();
    const model = await training.modelInUse(userId);
    return model && modelOf(model);
  }
);

export const deleteVoiceModel = call<typeof schema, 'deleteVoiceModel'>(
  schema,
  async ({ userId }, { app: open }) => {
    const voice = await (await open()).voice();
    await voice.training.removeModels(await knownProfile(voice, userId));
    return null;
  }
);
