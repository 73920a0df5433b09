# Installs linmu to a folder of its own, builds USER against it there, and runs both programs from it.
function(must_run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH})
set(prefix ${SCRATCH}/prefix)
must_run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
must_run(${CMAKE_COMMAND} -G Ninja -S ${USER} -B ${SCRATCH}/user -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_BUILD_TYPE=Release)
must_run(${CMAKE_COMMAND} --build ${SCRATCH}/user)
must_run(${SCRATCH}/user/parcel)

file(GLOB data ${prefix}/*/linmu/data)
file(COPY_FILE ${data}/tables/class-area.toml ${data}/tables/installed.toml)
must_run(${CMAKE_COMMAND} -E env --unset=LINMU_DATA ${prefix}/bin/linmu plan ${USER}/plan.toml)
file(REMOVE_RECURSE ${SCRATCH})
