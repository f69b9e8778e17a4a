/** Steps of a decoder that were made in one run, `Session.goOn`. */
export interface Run<State, Step> {
  /** With the token that each row was given. */
  steps: { given: readonly number[]; step: Step }[];
  /** The decoder after the first so many of them. */
  stateAfter(steps: number): State;
}

/**
 * A decoder's steps, several made in one run on the guess that the likeliest tokens are given next. A wrong guess costs
 * the steps made on it, and nothing else: what is given is what is answered.
 */
export class Ahead<State, Step> {
  private run: Run<State, Step>;
  private asked = 0;

  /** @param goOn makes a run of at most so many steps, ≥ 1. */
  constructor(
    state: State,
    private readonly goOn: (
      state: State,
      tokens: readonly number[],
      most: number
    ) => Promise<Run<State, Step>>
  ) {
    this.run = { steps: [], stateAfter: () => state };
  }

  /**
   * @param tokens for each row. @param most steps that may still be wanted, this one included.
   * @param change of the state before, e.g. to fewer rows.
   */
  async step(tokens: readonly number[], most: number, change?: (state: State) => State): Promise<Step> {
    const guessed = !change && this.run.steps[this.asked]?.given.join() === tokens.join();
    if (!guessed) {
      const state = this.run.stateAfter(this.asked);
      this.run = await this.goOn(change ? change(state) : state, tokens, most);
      this.asked = 0;
    }
    const made = this.run.steps[this.asked++];
    if (!made) throw new RangeError('a run of no steps');
    return made.step;
  }
}
