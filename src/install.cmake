# The program, its data and the library for others: find_package(linmu), then link linmu::linmu or one layer, linmu::geo.
include(CMakePackageConfigHelpers)
get_property(layers GLOBAL PROPERTY LINMU_LAYERS)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/linmu)

install(TARGETS linmu_program)
install(DIRECTORY data/ DESTINATION ${CMAKE_INSTALL_DATADIR}/linmu/data)
install(TARGETS linmu linmu_flags ${layers} EXPORT linmu FILE_SET HEADERS)
install(EXPORT linmu NAMESPACE linmu:: FILE linmuTargets.cmake DESTINATION ${package_dir})

configure_package_config_file(src/linmuConfig.cmake.in linmuConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(linmuConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/linmuConfig.cmake ${PROJECT_BINARY_DIR}/linmuConfigVersion.cmake
  DESTINATION ${package_dir})
