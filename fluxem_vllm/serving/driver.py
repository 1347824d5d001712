"""Drives one chain over vLLM's engine and the pool, and puts out the answer as it comes."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from vllm.entrypoints.openai.chat_completion.protocol import (
    ChatCompletionLogProbs,
    ChatCompletionRequest,
)
from vllm.entrypoints.serve.utils.api_utils import get_max_tokens
from vllm.inputs import embeds_input, tokens_input
from vllm.sampling_params import RequestOutputKind, SamplingParams

from fluxem_qwen3.calls import parse_calls
from fluxem_qwen3.config import FluxEMConfig
from fluxem_qwen3.prompt import Message, Prompt, render
from fluxem_qwen3.rows import pack
from fluxem_vllm.chain.answer import AnswerStream
from fluxem_vllm.chain.solve import solve
from fluxem_vllm.chain.steps import Answer, Generate, Generation, Limits, Reply, Run, Toolset
from fluxem_vllm.pool.executor import CallError, Detected, Executor, ToolCall, ToolOutcome


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
    """What one request asks for; shared by its choices."""

    request: ChatCompletionRequest
    request_id: str
    messages: Sequence[Message]
    found: Sequence[Detected]
    tools: Toolset
    limits: Limits
    template_options: Mapping[str, Any]
    chat_template: str | None
    engine_options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stops(self) -> list[str]:
        stop = self.request.stop
        return [stop] if isinstance(stop, str) else list(stop or [])


class Driver:
    """Runs jobs; one for each server."""

    def __init__(self, serving: Any, executor: Executor, config: FluxEMConfig) -> None:
        self.serving, self.executor, self.config = serving, executor, config
        self.model_config = serving.model_config
        self.tokenizer = serving.renderer.tokenizer

    def render(self, job: Job, messages: Sequence[Message]) -> Prompt:
        """The prompt of a pass.

        Raises:
            ValueError: when it leaves no room for a token in the model's context.
        """
        prompt = render(
            self.tokenizer,
            messages,
            job.tools.schemas,
            chat_template=job.chat_template,
            template_options=job.template_options,
        )
        longest = self.model_config.max_model_len
        if len(prompt.token_ids) >= longest:
            raise ValueError(
                f"This model's context holds {longest} tokens, but the prompt with its tools has "
                f"{len(prompt.token_ids)}. Shorten the messages, or offer fewer tools."
            )
        return prompt

    async def drive(self, job: Job, choice: int, *, stream: bool) -> AsyncIterator[Shown | Done]:
        """Answer one choice of a job: pieces as they come, then the end."""
        started = time.perf_counter()
        run = _Run(self, job, choice, stream)
        chain = solve(job.messages, job.found, job.tools, job.limits, self.config.render)
        step = next(chain)
        spent = {"model": 0.0, "tools": 0.0}
        while True:
            before = time.perf_counter()
            if isinstance(step, Generate):
                async for event in run.generate(step):
                    if isinstance(event, Shown):
                        yield event
                    else:
                        reply: Reply = event
            else:
                reply = await run.run_tools(step)
            kind = "model" if isinstance(step, Generate) else "tools"
            spent[kind] += 1000 * (time.perf_counter() - before)
            try:
                step = chain.send(reply)
            except StopIteration as stop:
                answer = cast(Answer, stop.value)
                break
        answer.trace.ms = spent | {"total": 1000 * (time.perf_counter() - started)}
        rest = run.rest_of(answer)
        if rest:
            yield Shown(rest)
        finish = "stop" if run.stopped is not None and not answer.client_calls else answer.finish
        answer = Answer(answer.text, answer.trace, finish, answer.client_calls, answer.slots)
        yield Done(answer, run.shown, run.usage, run.logprobs)


class _Run:
    """The state of one choice: what was shown, used and when it has to end."""

    def __init__(self, driver: Driver, job: Job, choice: int, stream: bool) -> None:
        self.driver, self.job, self.choice, self.stream = driver, job, choice, stream
        self.deadline = time.monotonic() + job.limits.deadline_s
        self.usage = Usage()
        self.shown = ""
        self.stopped: str | None = None
        self.logprobs: ChatCompletionLogProbs | None = None

    def left_s(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def rest_of(self, answer: Answer) -> str:
        """What the answer says beyond what was shown (after a limit, say)."""
        if self.stopped is not None or self.shown == answer.text:
            return ""
        if answer.text.startswith(self.shown):
            rest = answer.text[len(self.shown) :]
        else:
            rest = ("\n\n" if self.shown else "") + answer.text
        self.shown += rest
        return rest

    def _show(self, text: str, first: bool) -> str:
        if text and first and self.shown:
            text = "\n\n" + text
        self.shown += text
        return text

    async def generate(self, step: Generate) -> AsyncIterator[Shown | Generation]:
        """One pass. Text of the answer comes out while it is generated."""
        constrained = self.job.request.extract_structured_outputs() is not None
        # A plan cannot obey a schema meant for the answer, so a first pass is free; if it calls no
        # tool after all, the answer is generated once more under the schema.
        hold = constrained and step.number == 1
        generation = Generation("")
        async for event in self._pass(step, constrained and not hold, silent=hold):
            if isinstance(event, Generation):
                generation = event
            else:
                yield event
        if hold and not parse_calls(generation.text)[1]:
            async for event in self._pass(step, True, silent=False):
                yield event
        else:
            yield generation

    async def _pass(
        self, step: Generate, constrained: bool, silent: bool
    ) -> AsyncIterator[Shown | Generation]:
        prompt = self.driver.render(self.job, step.messages)
        params = self._sampling(prompt, step.number, constrained)
        limit = self._client_limit()
        stream = AnswerStream(step.slots, self.job.stops)
        text, finish, count, logprobs = "", "stop", 0, []
        shown_here = False
        outputs = self._outputs(prompt, params, step)
        try:
            async with asyncio.timeout(self.left_s()):
                async for output in outputs:
                    new = list(output.token_ids)
                    over = not stream.calling and limit is not None and count + len(new) > limit
                    if over:
                        new, delta, finish = self._cut(new, limit - count, output.text)
                    else:
                        delta, finish = output.text, output.finish_reason or finish
                    count += len(new)
                    text += delta
                    piece = stream.feed(delta)
                    if output.finish_reason is not None or over:
                        piece += stream.close()
                    tokens = self._logprobs(new, output) if output.logprobs else None
                    if not silent and (piece or tokens):
                        shown = self._show(piece, not shown_here)
                        shown_here = shown_here or bool(piece)
                        if tokens:
                            logprobs += tokens.content or []
                        yield Shown(shown, tokens)
                    if over or stream.stopped is not None:
                        break
        except TimeoutError:
            finish = "deadline"
        finally:
            await outputs.aclose()
        self.usage.completion += count
        if stream.stopped is not None:
            self.stopped, finish = stream.stopped, "stop"
        if logprobs and not stream.calling:
            self.logprobs = ChatCompletionLogProbs(content=logprobs)
        yield Generation(text, finish)

    async def _outputs(self, prompt: Prompt, params: SamplingParams, step: Generate) -> Any:
        """The engine's outputs of one sequence; closing this aborts the request."""
        rows = prompt.embeddings({k: slot.embedding for k, slot in step.slots.items()})
        salt = self.job.request.cache_salt
        if rows:
            config = self.driver.model_config
            embeds, is_token = pack(
                prompt.token_ids, rows, config.get_hidden_size(), config.dtype
            )
            engine_input: Any = embeds_input(
                embeds, prompt_token_ids=prompt.token_ids, is_token_ids=is_token, cache_salt=salt
            )
        else:
            engine_input = tokens_input(prompt.token_ids, cache_salt=salt)
        request_id = f"{self.job.request_id}-{self.choice}-{step.number}-{id(params) & 0xFFFF:x}"
        generator = self.driver.serving.engine_client.generate(
            engine_input, params, request_id, **self.job.engine_options
        )
        self.usage.prompt += len(prompt.token_ids)
        try:
            async for result in generator:
                if result.num_cached_tokens and result.finished:
                    self.usage.cached += result.num_cached_tokens
                output = result.outputs[0]
                self.driver.serving._raise_if_error(output.finish_reason, request_id)
                yield output
        finally:
            await generator.aclose()

    def _client_limit(self) -> int | None:
        request = self.job.request
        given = request.max_completion_tokens
        return request.max_tokens if given is None else given

    def _sampling(self, prompt: Prompt, number: int, constrained: bool) -> SamplingParams:
        job, serving = self.job, self.driver.serving
        wanted = self._client_limit()
        tokens = get_max_tokens(
            self.driver.model_config.max_model_len,
            None if wanted is None else max(wanted, job.limits.plan_tokens),
            len(prompt.token_ids),
            serving.default_sampling_params,
            serving.override_max_tokens,
        )
        params = job.request.to_sampling_params(tokens, serving.default_sampling_params)
        params.n = 1
        params.stop, params.output_text_buffer_length = [], 0  # the answer's stream applies them
        params.output_kind = (
            RequestOutputKind.DELTA if self.stream else RequestOutputKind.FINAL_ONLY
        )
        if params.seed is not None:
            params.seed += self.choice
        if not constrained:
            params.structured_outputs = None
        if number == 1:  # a plan ends where it ends
            params.ignore_eos, params.min_tokens = False, 0
        return params

    def _cut(self, new: list[int], room: int, text: str) -> tuple[list[int], str, str]:
        """Keep the tokens that the client's limit allows."""
        kept = new[: max(0, room)]
        if len(kept) == len(new):
            return new, text, "length"
        return kept, self.driver.tokenizer.decode(kept) if kept else "", "length"

    def _logprobs(self, token_ids: Sequence[int], output: Any) -> ChatCompletionLogProbs:
        request = self.job.request
        made: ChatCompletionLogProbs = self.driver.serving._create_chat_logprobs(
            token_ids=token_ids,
            top_logprobs=output.logprobs,
            tokenizer=self.driver.tokenizer,
            num_output_top_logprobs=request.top_logprobs,
            logprob_token_ids=request.logprob_token_ids,
            return_as_token_id=request.return_tokens_as_token_ids,
        )
        return made

    async def run_tools(self, step: Run) -> list[ToolOutcome]:
        """Run calls in the pool, within what is left of the deadline."""
        calls = [ToolCall(record.tool, record.bound or {}) for record in step.calls]
        left = self.left_s()
        try:
            async with asyncio.timeout(left):
                return await self.driver.executor.run(calls, deadline_s=max(left, 0.001))
        except TimeoutError:
            error = CallError("limit", f"the chain's deadline of {self.job.limits.deadline_s} s passed")
            return [ToolOutcome(None, False, error, 0.0) for _ in calls]
