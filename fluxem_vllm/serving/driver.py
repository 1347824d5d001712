"""Drives one chain over vLLM's engine and the pool, and puts out the answer as it comes."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Literal, cast

from vllm.entrypoints.openai.chat_completion.protocol import (
    ChatCompletionLogProbs,
    ChatCompletionLogProbsContent,
    ChatCompletionRequest,
)
from vllm.entrypoints.serve.utils.api_utils import get_max_tokens
from vllm.inputs import embeds_input, tokens_input
from vllm.sampling_params import RequestOutputKind, SamplingParams

from fluxem_qwen3.calls import OPENING
from fluxem_qwen3.config import FluxEMConfig
from fluxem_qwen3.prompt import Message, Prompt, PromptTooLongError, render
from fluxem_qwen3.rows import pack
from fluxem_vllm.chain.answer import AnswerStream
from fluxem_vllm.chain.composition import Compose
from fluxem_vllm.chain.drafts import Draft, best
from fluxem_vllm.chain.solve import solve
from fluxem_vllm.chain.steps import Answer, Generate, Generation, Limits, Reply, Run
from fluxem_vllm.chain.toolset import Toolset
from fluxem_vllm.chain.trace import Trace
from fluxem_vllm.pool.executor import CallError, Detected, Executor, ToolCall, ToolOutcome
from fluxem_vllm.router import Router

REDRAW_TEMPERATURE = 0.8
SURE = 0.4  # a plan that is so probable is run at once: another is hardly ever better
TRIAL_S = 1.0  # a call may take so long while it is not yet sure that its plan is the right one


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of the answer, with the log-probabilities of the tokens that arrived with it."""

    text: str
    logprobs: ChatCompletionLogProbs | None = None


@dataclass(slots=True)
class Usage:
    """Tokens of all passes of a chain."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a chain. `text` is all that was shown."""

    answer: Answer
    text: str
    usage: Usage
    logprobs: ChatCompletionLogProbs | None = None


@dataclass(frozen=True)
class Job:
    """What one request asks for; shared by its choices. `question` is all that the user said."""

    request: ChatCompletionRequest
    request_id: str
    messages: Sequence[Message]
    found: Sequence[Detected]
    tools: Toolset
    question: str
    limits: Limits
    template_options: Mapping[str, Any]
    engine_options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stops(self) -> list[str]:
        stop = self.request.stop
        return [stop] if isinstance(stop, str) else list(stop or [])


def sampling_params(
    request: ChatCompletionRequest, max_tokens: int, defaults: dict[str, Any]
) -> SamplingParams:
    """The parameters of one choice.

    Raises:
        ValueError: for a parameter out of range.
    """
    # Choices are requests of their own, so that greedy ones are no error either.
    one = request.model_copy(update={"n": 1})
    params: SamplingParams = one.to_sampling_params(max_tokens, defaults)
    return params


class Driver:
    """Runs jobs; one for each server."""

    def __init__(
        self,
        serving: Any,
        executor: Executor,
        router: Router,
        config: FluxEMConfig,
        compose: Compose | None,
    ) -> None:
        self.serving, self.executor, self.router, self.config = serving, executor, router, config
        self.compose = compose
        self.model_config = serving.model_config
        self.tokenizer = serving.renderer.tokenizer

    def render(self, job: Job, messages: Sequence[Message]) -> Prompt:
        """The prompt of a pass.

        Raises:
            PromptTooLongError: when it leaves no room for a token in the model's context.
        """
        return render(
            self.tokenizer,
            messages,
            job.tools.schemas,
            chat_template=self.serving.chat_template,
            template_options={**job.template_options, "likely_tools": job.tools.likely},
            context=self.model_config.max_model_len,
        )

    async def drive(
        self, job: Job, first: Prompt, choice: int, *, stream: bool
    ) -> AsyncGenerator[Shown | Done, None]:
        """Answer one choice of a job, whose first pass has the prompt `first`.

        Yields pieces of the answer as they come, then the end. Closing it aborts what runs.
        """
        started = time.perf_counter()
        run = _Run(self, job, first, choice, stream)
        chain = solve(
            job.messages, job.found, job.tools, job.limits, self.config.render, self.compose
        )
        step = next(chain)
        spent = {"model": 0.0, "tools": 0.0}
        reply: Reply = ()
        while True:
            before = time.perf_counter()
            if isinstance(step, Generate):
                async with aclosing(run.generate(step)) as events:
                    async for event in events:
                        if isinstance(event, Shown):
                            yield event
                        else:
                            reply = event
            else:
                reply = await run.run_tools(step)
            kind = "model" if isinstance(step, Generate) else "tools"
            spent[kind] += 1000 * (time.perf_counter() - before)
            try:
                step = chain.send(reply)
            except StopIteration as stop:
                answer = cast(Answer, stop.value)
                break
        answer.trace.drafts = run.drafts
        answer.trace.ms = spent | {"total": 1000 * (time.perf_counter() - started)}
        if rest := run.rest_of(answer):
            yield Shown(rest)
        if run.stopped and not answer.client_calls:
            answer = replace(answer, finish="stop")
        yield Done(answer, run.shown, run.usage, run.logprobs)


class _Run:
    """The state of one choice: what was shown, used and when it has to end."""

    def __init__(self, driver: Driver, job: Job, first: Prompt, choice: int, stream: bool) -> None:
        self.driver, self.job, self.first, self.choice = driver, job, first, choice
        self.deadline = time.monotonic() + job.limits.deadline_s
        self.usage = Usage()
        self.shown = ""
        self.stopped = False  # by a stop text of the client's
        self._logprobs: list[ChatCompletionLogProbsContent] = []
        self.drafts = 1
        self._numbers = count(1)  # of the engine's requests
        request = job.request
        given = request.max_completion_tokens
        self.limit: int | None = request.max_tokens if given is None else given
        params = sampling_params(request, 1, driver.serving.default_sampling_params)
        self.drafting = job.limits.drafts > 0 and params.temperature == 0
        # Piece by piece where generation may have to end in the middle, else all at once.
        early = self.limit is not None and self.limit < job.limits.plan_tokens
        self.by_piece = stream or early or bool(job.stops)

    @property
    def logprobs(self) -> ChatCompletionLogProbs | None:
        """Of all tokens whose text was shown, when the client asks for them."""
        return ChatCompletionLogProbs(content=self._logprobs) if self._logprobs else None

    def left_s(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def rest_of(self, answer: Answer) -> str:
        """What the answer says beyond what was shown (after a limit, say)."""
        if self.stopped or self.shown == answer.text:
            return ""
        if answer.text.startswith(self.shown):
            rest = answer.text[len(self.shown) :]
        else:
            rest = ("\n\n" if self.shown else "") + answer.text
        self.shown += rest
        return rest

    async def generate(self, step: Generate) -> AsyncGenerator[Shown | Generation, None]:
        """One pass. Text of the answer comes out while it is generated."""
        constrained = self.job.request.extract_structured_outputs() is not None
        if constrained and step.planning:
            # A plan cannot obey a schema meant for the answer, so planning is free; if it
            # calls no tool after all, the answer is generated once more under the schema.
            plan = Generation("")
            async with aclosing(self._pass(step, constrained=False, silent=True)) as events:
                async for event in events:
                    plan = event if isinstance(event, Generation) else plan
            if self._unsure(step, plan):
                plan = await self._best(step, plan)
            at = plan.text.find(OPENING)
            if at >= 0 or plan.finish == "deadline":
                yield replace(plan, text=plan.text[max(0, at) :])
                return
        async with aclosing(self._pass(step, constrained=constrained, silent=False)) as events:
            async for event in events:
                if isinstance(event, Generation) and self._unsure(step, event):
                    event = await self._best(step, event)
                yield event

    def _unsure(self, step: Generate, plan: Generation) -> bool:
        """Whether to draw other plans: not where the client wants plans drawn as it says."""
        return (
            self.drafting
            and step.planning
            and not step.redraw
            and OPENING in plan.text
            and plan.finish == "stop"
            and plan.logprob is not None
            and math.exp(plan.logprob) < SURE
            and self.job.tools.may_be_tried(plan.text)
        )

    async def _best(self, step: Generate, plan: Generation) -> Generation:
        """The best of the likeliest plan and of others, all of which are tried; what may stand
        before the calls was shown, so it stays."""
        before, _, calls = plan.text.partition(OPENING)
        drawn = {OPENING + calls: plan.logprob or 0.0}
        try:
            async with asyncio.timeout(self.left_s()):
                drawn = await self._drafts(step, plan) | drawn
                trials = await asyncio.gather(*(self._try(text) for text in drawn))
        except TimeoutError:
            return replace(plan, finish="deadline")
        drafts = [Draft(*d, trial) for d, trial in zip(drawn.items(), trials, strict=True)]
        self.drafts = len(drafts)
        job = self.job
        precedents = self.driver.router.precedents(job.question, job.tools.server)
        return replace(plan, text=before + best(job.question, drafts, precedents).text)

    async def _drafts(self, step: Generate, plan: Generation) -> dict[str, float]:
        """The calls of other plans for the same prompt, with logarithms of their probabilities;
        or answers without any, where these can be shown as they are."""
        answers = plan.text.startswith(OPENING) and not (
            self.job.request.logprobs or self.job.stops
        )
        params = self._sampling(self.first, step, constrained=False)
        params.n, params.output_kind = self.job.limits.drafts, RequestOutputKind.FINAL_ONLY
        params.temperature, params.seed = 1.0, params.seed or 0
        params.top_p, params.top_k, params.min_p = 1.0, 0, 0.0
        longest = 2 * len(self.driver.tokenizer.encode(plan.text)) + 32
        params.max_tokens = min(longest, params.max_tokens or longest)
        tools, drafts = self.job.tools, dict[str, float]()
        async with aclosing(self._results(self.first, params, step)) as results:
            async for result in results:
                for output in result.outputs:
                    self.usage.completion += len(output.token_ids)
                    text, opening, calls = output.text.partition(OPENING)
                    if opening:
                        text = opening + calls
                    elif not answers or len(output.token_ids) > (self.limit or len(text)):
                        continue
                    if output.finish_reason == "stop" and text and tools.may_be_tried(text):
                        drafts[text] = output.cumulative_logprob or 0.0
        return drafts

    async def _try(self, text: str) -> Trace:
        """The trace of running a plan, to its end but for calls that take long."""
        job = self.job
        chain = solve(job.messages, job.found, job.tools, replace(job.limits, passes=1))
        next(chain)
        reply: Reply = Generation(text)
        while True:
            try:
                step = chain.send(reply)
            except StopIteration as stop:
                return cast(Answer, stop.value).trace
            reply = await self.run_tools(cast(Run, step), TRIAL_S)

    async def _pass(
        self, step: Generate, *, constrained: bool, silent: bool
    ) -> AsyncGenerator[Shown | Generation, None]:
        try:
            prompt = self.first if step.planning else self.driver.render(self.job, step.messages)
        except PromptTooLongError:
            yield Generation("", "context")
            return
        request = self.job.request
        stream = AnswerStream(
            step.slots, self.job.stops, keep_stop=request.include_stop_str_in_output
        )
        text, used = "", 0
        if step.planning and (begun := self._begun(prompt)):
            prompt, text = begun, self.job.tools.opening
            stream.feed(text)
        finish: Literal["stop", "length", "context", "deadline"] = "stop"
        logprob: float | None = None
        shown_before = bool(self.shown)
        params = self._sampling(prompt, step, constrained)
        async with aclosing(self._outputs(prompt, params, step)) as outputs:
            while True:
                try:
                    # Not around a yield: there it would end whoever takes the pieces.
                    async with asyncio.timeout(self.left_s()):
                        output = await anext(outputs, None)
                except TimeoutError:
                    finish = "deadline"
                    break
                if output is None:
                    break
                tokens, delta, over = self._within_limit(output, text, used)
                text += delta
                used += len(tokens)
                logprob = output.cumulative_logprob
                if over or output.finish_reason == "length":
                    finish = "length"
                piece = stream.feed(delta)
                if over or output.finish_reason is not None:
                    piece += stream.close()
                if not silent:
                    shown = self._show(piece, after=shown_before)
                    shown_before = shown_before and not shown
                    wanted = request.logprobs and output.logprobs and not stream.calling
                    logprobs = self._logprobs_of(tokens, output) if wanted else None
                    if shown or logprobs:
                        yield Shown(shown, logprobs)
                if stream.calling and used > self.job.limits.plan_tokens:
                    finish, over = "length", True
                if over or stream.stopped is not None:
                    break
        self.usage.completion += used
        if stream.stopped is not None and not silent:
            self.stopped, finish = True, "stop"
        yield Generation(text, finish, logprob)

    def _begun(self, prompt: Prompt) -> Prompt | None:
        """The prompt with the plan's beginning; None where there is none, or no room for it."""
        opening = self.job.tools.opening
        ids = [*prompt.token_ids, *self.driver.tokenizer.encode(opening, add_special_tokens=False)]
        fits = len(ids) < self.driver.model_config.max_model_len
        return replace(prompt, token_ids=ids) if opening and fits else None

    def _show(self, text: str, *, after: bool) -> str:
        """Note what is shown; text of one pass `after` that of another begins a paragraph."""
        if text and after:
            text = "\n\n" + text
        self.shown += text
        return text

    def _within_limit(self, output: Any, text: str, used: int) -> tuple[Sequence[int], str, bool]:
        """The tokens and text of `output` that the client's limit allows, and whether it cut.

        The limit is on the answer; a plan that begins within it has its own.
        """
        tokens: Sequence[int] = output.token_ids
        if self.limit is None or used + len(tokens) <= self.limit or OPENING in text:
            return tokens, output.text, False
        kept = tokens[: max(0, self.limit - used)]
        skip = self.job.request.skip_special_tokens
        decoded = self.driver.tokenizer.decode(kept, skip_special_tokens=skip) if kept else ""
        shown = decoded.rstrip("\ufffd")  # what half a character decodes to
        if OPENING in text + shown:
            return tokens, output.text, False
        return kept, shown, True

    async def _outputs(
        self, prompt: Prompt, params: SamplingParams, step: Generate
    ) -> AsyncGenerator[Any, None]:
        """The engine's outputs of one sequence; closing this aborts the request."""
        async with aclosing(self._results(prompt, params, step)) as results:
            async for result in results:
                yield result.outputs[0]

    async def _results(
        self, prompt: Prompt, params: SamplingParams, step: Generate
    ) -> AsyncGenerator[Any, None]:
        """The engine's results; closing this aborts the request."""
        rows = prompt.embeddings(step.embeddings())
        salt = self.job.request.cache_salt
        if rows:
            config = self.driver.model_config
            embeds, is_token = pack(prompt.token_ids, rows, config.get_hidden_size(), config.dtype)
            engine_input: Any = embeds_input(
                embeds, prompt_token_ids=prompt.token_ids, is_token_ids=is_token, cache_salt=salt
            )
        else:
            engine_input = tokens_input(prompt.token_ids, cache_salt=salt)
        request_id = f"{self.job.request_id}-{self.choice}-{next(self._numbers)}"
        self.usage.prompt += len(prompt.token_ids)
        results = self.driver.serving.engine_client.generate(
            engine_input, params, request_id, **self.job.engine_options
        )
        async with aclosing(results):
            async for result in results:
                if result.num_cached_tokens and result.finished:
                    self.usage.cached += result.num_cached_tokens
                for output in result.outputs:
                    self.driver.serving._raise_if_error(output.finish_reason, request_id)
                yield result

    def _sampling(self, prompt: Prompt, step: Generate, constrained: bool) -> SamplingParams:
        job, serving = self.job, self.driver.serving
        tokens = get_max_tokens(
            self.driver.model_config.max_model_len,
            None if self.limit is None else max(self.limit, job.limits.plan_tokens),
            len(prompt.token_ids),
            serving.default_sampling_params,
            serving.override_max_tokens,
        )
        params = sampling_params(job.request, tokens, serving.default_sampling_params)
        params.stop, params.output_text_buffer_length = [], 0  # the answer's stream applies them
        kinds = RequestOutputKind
        params.output_kind = kinds.DELTA if self.by_piece else kinds.FINAL_ONLY
        if step.redraw:  # greedily it would write the same plan again
            params.temperature = max(params.temperature, REDRAW_TEMPERATURE)
            params.seed = (params.seed or 0) + 1000 * step.redraw
        if params.seed is not None:
            params.seed += self.choice
        if not constrained:
            params.structured_outputs = None
        if step.planning:  # a plan ends where it ends
            params.ignore_eos, params.min_tokens = False, 0
        if step.planning and self.drafting and params.logprobs is None:
            params.logprobs = 0  # so that the plan's probability is known
        return params

    def _logprobs_of(self, token_ids: Sequence[int], output: Any) -> ChatCompletionLogProbs:
        request = self.job.request
        made: ChatCompletionLogProbs = self.driver.serving._create_chat_logprobs(
            token_ids=token_ids,
            top_logprobs=output.logprobs,
            tokenizer=self.driver.tokenizer,
            num_output_top_logprobs=request.top_logprobs,
            logprob_token_ids=request.logprob_token_ids,
            return_as_token_id=request.return_tokens_as_token_ids,
        )
        self._logprobs += made.content or []
        return made

    async def run_tools(self, step: Run, most_s: float = math.inf) -> list[ToolOutcome]:
        """Run calls in the pool, within what is left of the deadline, and within `most_s`."""
        calls = [ToolCall(record.tool, record.bound or {}) for record in step.calls]
        left = min(max(self.left_s(), 0.001), most_s)
        try:
            async with asyncio.timeout(left):
                return await self.driver.executor.run(calls, deadline_s=left)
        except TimeoutError:
            limit_s = self.job.limits.deadline_s
            error = CallError("limit", f"the chain's deadline of {limit_s:g} s passed")
            return [ToolOutcome(None, False, error, 0.0) for _ in calls]
